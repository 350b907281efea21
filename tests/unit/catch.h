// Catch2 in either of its forms: one header (version 2, Debian 12), or many (version 3, Debian 13).
#pragma once

#if __has_include(<catch2/catch_all.hpp>)
#include <catch2/catch_all.hpp>
#else
#include <catch2/catch.hpp>
#endif
