// A catalogue as its files: what read_catalogue reads as the same catalogue again.
#pragma once

#include "lib/import/model.h"

namespace import {

Files files_of(const Catalogue& catalogue);

// The same into a folder. ERRORS: invalid: the folder holds something already, or can't be written.
base::Status write_files(const Files& files, const std::string& dir);

}  // namespace import
