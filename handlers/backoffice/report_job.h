// A report of a long time as a file: long work, asked for on the reports' page.
#pragma once

#include "backoffice/job_runner.h"

namespace backoffice {

inline constexpr const char* kReport = "report";  // asked: the report's query, with its format

base::Status may_report(const Call& call, const Job& job);
base::Status run_report(Call& call, const Running& running);
const char* report_problem(const base::Error& error);

}  // namespace backoffice
