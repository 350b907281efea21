// The known answers of tests/vectors/sealing.
#pragma once

#include <fstream>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>

#include "lib/crypto/opening.h"

namespace sealing_vectors {

using Json = nlohmann::json;

inline Json load() {
  std::ifstream file(KK_VECTORS "/sealing/v1.json");
  return Json::parse(file);
}

inline std::string bytes(const Json& one, const char* name) { return crypto::from_hex(one.at(name).get<std::string>()).value(); }

inline crypto::DataClass data_class(const Json& one) {
  for (const auto value : {crypto::DataClass::health, crypto::DataClass::child, crypto::DataClass::contact, crypto::DataClass::recording}) {
    if (one.at("class") == crypto::to_string(value)) return value;
  }
  throw std::runtime_error("no such class");
}

inline crypto::Place place(const Json& one) {
  return {one.at("table"), one.at("column"), one.at("row"), data_class(one), one.at("row_version")};
}

inline crypto::GroupKeyId group(const Json& one) { return {one.at("group"), data_class(one), one.at("epoch")}; }

inline crypto::Sealed sealed(const Json& one) { return crypto::Sealed(bytes(one, "sealed")); }

// "opens", "denied", "broken": what a vector expects.
template <typename T>
std::string verdict(const base::Result<T>& result) {
  return result ? "opens" : base::to_string(result.error().kind);
}

}  // namespace sealing_vectors
