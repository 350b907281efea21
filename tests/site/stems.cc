// stems LANGUAGE: reads a JSON list of words from standard input, writes the list of their stems as the renderer makes
// them. A tool of pages_test.py.
#include <iostream>
#include <nlohmann/json.hpp>

#include "render/search_index.h"

int main(int argc, char** argv) {
  const auto lang = base::parse_lang(argc > 1 ? argv[1] : "");
  if (!lang) return 2;
  const render::Stemmer stemmer(*lang);
  auto stems = nlohmann::json::array();
  for (const auto& word : nlohmann::json::parse(std::cin)) stems.push_back(stemmer.stem(word.get<std::string>()));
  std::cout << stems << '\n';
  return 0;
}
