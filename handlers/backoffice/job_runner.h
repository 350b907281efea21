// Does long work outside of requests: one thread of the process, one job at a time, in whichever process of the back office comes first. Its rows say
// everything: a process that ends in the middle has done nothing, and the next one begins the job again.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <thread>

#include "backoffice/job_store.h"

namespace backoffice {

struct Running {
  const Job& job;
  // How far it has come. ERRORS: unavailable: the process stops, and so is the job to.
  std::function<base::Status(std::size_t done, std::size_t total)> tell;
};

struct JobKind {
  const char* name;
  // Does it and calls finish_job, all in one transaction. Rights are those of the moment. ERRORS: invalid, too_large, conflict, denied: it is told (`problem_of`); others: once more.
  base::Status (*run)(Call& call, const Running& running);
  base::Status (*may)(const Call& call, const Job& job);       // whoever asked may still do it, and see what came of it
  Paths (*home)();                                             // the page that it concerns, and its name: a text's key
  const char* home_name;
  std::string (*leads_to)(const Call& call, const Job& job);   // when it is done; empty: its own page, which offers the file
  const char* (*problem_of)(const base::Error& error);         // a key of errors.toml
};
const JobKind* job_kind(const std::string& name);  // null: none

// Wakes the runner of this process.
void ring_for_jobs();

class JobRunner {
 public:
  JobRunner(const App& app, const web::Frame& frame);  // both live longer
  ~JobRunner();                                        // a job in hand is put back
  JobRunner(const JobRunner&) = delete;
  JobRunner& operator=(const JobRunner&) = delete;

 private:
  void run();
  base::Result<bool> run_next();
  base::Status do_job(Job job);
  base::Status work(const Job& job);
  base::Status tell(const Job& job, std::size_t done, std::size_t total);

  const App& app_;
  const web::Frame& frame_;
  db::Connection work_, watch_;  // of what it does; of its progress, which others see meanwhile
  std::chrono::steady_clock::time_point told_{};
  std::atomic<bool> stopping_ = false;
  std::thread thread_;
};

}  // namespace backoffice
