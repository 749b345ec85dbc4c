// The record types there are; each lives in a file of its own here.
#pragma once

#include "ledger/registry/record_type.h"

namespace quanlu::registry {

RecordType party_type();
RecordType right_type();
RecordType asset_type();
RecordType certificate_type();
RecordType pledge_type();
RecordType receivable_type();
RecordType financing_type();
RecordType freeze_type();
RecordType policy_type();
RecordType calendar_type();
RecordType data_ip_type();
RecordType appraisal_type();
RecordType objection_type();
RecordType anchor_type();
RecordType search_type();
RecordType programme_type();
RecordType erasure_type();

// {"reason": text, "evidence": hashes?}: the body of acts that only need a why.
const Fields& reason_body();
const Fields& empty_body();

}  // namespace quanlu::registry
