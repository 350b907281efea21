// The certificate that nginx shows to browsers: when it ends.
#pragma once

#include <chrono>
#include <string>

#include "lib/base/result.h"
#include "lib/base/time.h"

namespace backoffice {

// An automatic renewal comes a month before the end: later than this it has failed.
inline constexpr auto kCertificateSoon = std::chrono::hours(21 * 24);

// The first end (RFC 5280, 4.1.2.5: notAfter) of the certificates in a PEM file: the host's own and those between it and its root.
// ERRORS: broken: the file can't be read, or holds none.
base::Result<base::UtcTime> certificate_ends(const std::string& path);

}  // namespace backoffice
