// A catalogue's files as one archive: a zip goes out; a zip or a tar, compressed or not, comes in from people.
#pragma once

#include <string>
#include <string_view>

#include "lib/import/model.h"

namespace import {

// What an archive may hold at most, so that a small one can't become a large one.
inline constexpr std::size_t kMostEntries = 20'000, kMostEntryBytes = 4'000'000, kMostUnpackedBytes = 100'000'000;

// What people bring by mistake: for those who tell them in their own language.
inline constexpr const char* kNoArchive = "not an archive, or a broken one";
inline constexpr const char* kNoCatalogue = "no catalogue.toml in the archive";

// The same files give the same bytes.
base::Result<std::string> pack(const Files& files);

// The files of the catalogue's folder, wherever in the archive that is; those beside it are others. Nothing is written to a disk.
// ERRORS: invalid: no archive, no catalogue.toml in it, a link, a path out of the folder, two files of one name; too_large.
base::Result<Found> unpack(std::string_view bytes);

}  // namespace import
