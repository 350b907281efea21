// Pages of long work: how far one's job has come, what it made, and a list for the page that it concerns.
#pragma once

#include "backoffice/job_runner.h"

namespace backoffice {

Paths job_paths(const std::string& token);

// Asks for it, and leads to its page.
base::Result<web::Response> to_new_job(const Call& call, const JobAsked& asked);

// `has_jobs` and `jobs` of partials/staff_jobs: one's own of these kinds.
base::Status set_jobs(const Call& call, const std::vector<std::string>& kinds, view::Object& data);

}  // namespace backoffice
