// A catalogue as its files: what read_catalogue reads as the same catalogue again.
#pragma once

#include <map>
#include <string>

#include "import/model.h"

namespace import {

// By path below the catalogue's folder: "catalogue.toml", "concerts/winter-concert.fi.md".
std::map<std::string, std::string> files_of(const Catalogue& catalogue);

// The same into a folder. ERRORS: invalid: the folder holds something already, or can't be written.
base::Status write_files(const std::map<std::string, std::string>& files, const std::string& dir);

}  // namespace import
