// The long work about the catalogue's files: what an archive would change, taking it in, and all of it as an archive.
#pragma once

#include "backoffice/job_runner.h"
#include "lib/import/store.h"

namespace backoffice {

// What an archive may have at most; nginx/backoffice.conf says the same.
inline constexpr std::size_t kMostArchive = 64 * 1024 * 1024;
bool is_archive_path(const std::string& path);  // where one may be sent to

inline constexpr const char* kFilesPlan = "files_plan";      // given an archive; makes a plan
inline constexpr const char* kFilesImport = "files_import";  // asked: the plan's token and what it has seen
inline constexpr const char* kFilesExport = "files_export";

std::string import_asked(const std::string& plan, const std::string& seen);

base::Status may_plan(const Call& call, const Job& job);
base::Status may_import(const Call& call, const Job& job);
base::Status run_plan(Call& call, const Running& running);
base::Status run_import(Call& call, const Running& running);
base::Status run_export(Call& call, const Running& running);
const char* files_problem(const base::Error& error);
std::string plan_leads_to(const Call& call, const Job& job);
std::string import_leads_to(const Call& call, const Job& job);

// What a plan's job has made. ERRORS: broken: that is no plan.
base::Result<import::Stored> plan_from(const std::string& json);

}  // namespace backoffice
