// The vectors of tests/vectors/suomifi.json.
#pragma once

#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "lib/suomifi/signature.h"

namespace vectors {

// The payment service's published test account.
inline const suomifi::Account kAccount{"375917", "SAIPPUAKAUPPIAS", suomifi::Algorithm::sha256};

struct Vector {
  std::string name, kind, body, signature, callback;
  suomifi::Account account;
  suomifi::Pairs pairs;
  bool valid = false;
};

inline std::vector<Vector> load() {
  std::ifstream file(KK_VECTORS "/suomifi.json");
  const auto json = nlohmann::json::parse(file);
  std::vector<Vector> out;
  for (const auto& one : json.at("vectors")) {
    Vector v{one.at("name"), one.at("kind"), one.at("body"), one.at("signature"), one.value("callback", ""), {}, {}, one.at("valid")};
    v.account.id = json.at("account");
    v.account.secret = json.at("secret");
    v.account.algorithm = one.at("algorithm") == "sha512" ? suomifi::Algorithm::sha512 : suomifi::Algorithm::sha256;
    for (const auto& [name, value] : one.at("pairs").items()) v.pairs.emplace_back(name, value);
    out.push_back(std::move(v));
  }
  return out;
}

inline Vector named(const std::string& name) {
  for (auto& v : load()) {
    if (v.name == name) return v;
  }
  throw std::runtime_error("no vector " + name);
}

}  // namespace vectors
