// A POST policy as a list of conditions, and what an upload has to be to keep to it: what the
// library's reading of the policy's JSON is compared with. It shares no code with the library.
#ifndef CAIRN_TESTS_FUZZ_POLICY_MODEL_HPP
#define CAIRN_TESTS_FUZZ_POLICY_MODEL_HPP

#include "reference.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace fuzz {

struct policy_model {
    struct condition {
        bool prefix;
        std::string field, value;
    };
    std::vector<condition> conditions;
    std::vector<std::pair<std::uint64_t, std::uint64_t>> ranges;

    bool mentions(std::string_view lower_field) const;
    // Whether every text may stand in a policy, and no range has its ends the wrong way round.
    bool is_well_formed() const;
};

struct upload_model {
    field_list fields;
    std::string bucket;
    std::uint64_t size = 0;
};

// Whether an upload is one that a policy allows, and whether it is signed by these fields, each
// once: policy, signature, and what else authenticates the form.
bool keeps_to(policy_model const& policy, upload_model const& upload);
bool is_signed_by(field_list const& own, upload_model const& upload);

// Ways of writing the same document.
struct spelling {
    bool eq;      // equalities as lists
    bool join;    // equalities in one object
    bool escapes; // each ASCII character as an escape
    bool spaces;
    bool quotes; // numbers in quotes

    explicit spelling(unsigned bits)
        : eq((bits & 1) != 0), join((bits & 2) != 0), escapes((bits & 4) != 0),
          spaces((bits & 8) != 0), quotes((bits & 16) != 0) {}
};

std::string to_json(policy_model const& policy, std::string_view expiration, spelling s);

} // namespace fuzz

#endif
