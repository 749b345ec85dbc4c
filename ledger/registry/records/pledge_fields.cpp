// See pledge_fields.h.
#include "ledger/registry/records/pledge_fields.h"

#include "ledger/registry/record_type.h"
#include "ledger/registry/rules/pledge_grounds.h"
#include "ledger/registry/rules/rank_rules.h"

namespace quanlu::registry {

namespace {

// The grounds an office may state, by the codes its own refusals would carry (B.6).
constexpr std::string_view kGrounds =
    "E_NOT_REGISTERED_OWNER|E_RIGHT_TERMINATED|E_RIGHT_NOT_GRANTED|E_ANNUAL_FEE_OVERDUE|"
    "E_RIGHT_SUSPENDED|E_ASSET_FROZEN|E_OWNERSHIP_DISPUTE|E_DEBT_TERM_EXCEEDS_RIGHT|"
    "E_CONTRACT_INCOMPLETE|E_CONTRACT_UNLAWFUL|E_COOWNER_CONSENT_MISSING|E_ALREADY_PLEDGED|"
    "E_DUAL_FILING_UNACKNOWLEDGED|E_INVALIDATION_UNACKNOWLEDGED|E_SIMILAR_MARKS_OMITTED|"
    "E_OTHER_UNFIT";

}  // namespace

const Fields& pledge_draft_body() {
    static const Fields fields = {
        {"pledge_kind", FieldKind::choice, true, 0, "specific|maximum_amount", Visible::p,
         "质押类型"},
        {"pledgors", FieldKind::parties, true, 50, "", Visible::p, "出质人"},
        {"pledgees", FieldKind::parties, true, 50, "", Visible::p, "质权人"},
        {"debtor", FieldKind::party, true, 0, "", Visible::c, "债务人"},
        {"rights", FieldKind::records, true, 500, "", Visible::p, "出质权利"},
        {"right_count", FieldKind::integer, true, 500, "", Visible::p, "权利数量"},
        {"co_owner_consents", FieldKind::hashes, false, 100, "", Visible::c, "共有人同意书"},
        {"main_contract_no", FieldKind::sealed, true, 0, "", Visible::r, "主合同编号"},
        {"main_contract", FieldKind::sealed, true, 0, "", Visible::r, "主合同"},
        {"pledge_contract", FieldKind::sealed, true, 0, "", Visible::r, "质押合同"},
        {"contract_date", FieldKind::date, true, 0, "", Visible::c, "签订日"},
        {"contract_items", FieldKind::choices, true, 0, kContractItems, Visible::c, "合同必备条款"},
        {"claim_kind", FieldKind::choice, true, 0, "loan|bill|guarantee|trade|other", Visible::c,
         "债权种类"},
        {"secured_amount", FieldKind::amount, true, 0, "", Visible::c, "被担保债权数额"},
        {"max_amount", FieldKind::amount, false, 0, "", Visible::c, "最高额"},
        {"ccy", FieldKind::ccy, true, 0, "", Visible::c, "币种"},
        {"debt_from", FieldKind::date, true, 0, "", Visible::c, "债务起始日"},
        {"debt_due", FieldKind::date, true, 0, "", Visible::c, "债务到期日"},
        {"scope_of_security", FieldKind::choices, true, 0,
         "principal|interest|penalty|damages|realisation_cost", Visible::c, "担保范围"},
        {"licence_before_pledge", FieldKind::sealed, false, 0, "", Visible::c, "质押前许可"},
        {"appraisal_id", FieldKind::record, false, 0, "", Visible::c, "评估报告"},
        {"appraisal", FieldKind::sealed, false, 0, "", Visible::c, "评估报告原件"},
        {"acknowledgements", FieldKind::choices, false, 0, "dual_filing|invalidation_pending",
         Visible::c, "风险声明"},
        {"registration_term_to", FieldKind::date, false, 0, "", Visible::p, "登记期限"},
    };
    return fields;
}

const Fields& pledge_correct_body() {
    static const Fields fields = [] {
        constexpr std::string_view kReserved =
            "pledge_kind|pledgors|pledgees|debtor|rights|right_count|ccy";
        Fields all{{"reason", FieldKind::text, true, 2000, "", Visible::c, "说明"}};
        for (Field field : pledge_draft_body()) {
            if (in_list(kReserved, field.name)) continue;
            field.required = false;
            all.push_back(field);
        }
        return all;
    }();
    return fields;
}

const Fields& pledge_register_body() {
    static const Fields fields = {
        {"statutory_registration_no", FieldKind::text, false, 40, "", Visible::p, "法定登记号"},
        {"statutory_effective_date", FieldKind::date, false, 0, "", Visible::p, "法定生效日"},
        {"statutory_notice_hash", FieldKind::hash, false, 0, "", Visible::p, "质押登记通知书"},
    };
    return fields;
}

const Fields& pledge_fields() {
    static const Fields fields = [] {
        Fields all = pledge_draft_body();
        for (const Field& field : pledge_register_body()) all.push_back(field);
        return all;
    }();
    return fields;
}

const Fields& pledge_correction_body() {
    static const Fields fields = {
        {"defects", FieldKind::text, true, 2000, "", Visible::c, "补正事项"},
        {"deadline", FieldKind::date, true, 0, "", Visible::c, "补正期限"}};
    return fields;
}

const Fields& pledge_refuse_body() {
    static const Fields fields = {
        {"ground", FieldKind::choice, true, 0, kGrounds, Visible::p, "不予登记事由"},
        {"reason", FieldKind::text, true, 2000, "", Visible::c, "说明"}};
    return fields;
}

const Fields& pledge_request_cancel_body() {
    static const Fields fields = {
        {"ground", FieldKind::choice, true, 0, "paid|prepaid|realised|waived|contract_void|other",
         Visible::p, "注销事由"},
        {"letter", FieldKind::sealed, true, 0, "", Visible::c, "解除函"}};
    return fields;
}

const Fields& pledge_cancel_body() {
    static const Fields fields = {
        {"statutory_notice_hash", FieldKind::hash, false, 0, "", Visible::p, "注销通知书"}};
    return fields;
}

const Fields& pledge_release_body() {
    static const Fields fields = {
        {"rights", FieldKind::records, true, 500, "", Visible::p, "解除的权利"}};
    return fields;
}

const Fields& pledge_amend_party_body() {
    static const Fields fields = {
        {"party", FieldKind::party, true, 0, "", Visible::p, "变更的当事人"},
        {"what", FieldKind::choice, true, 0, "name|address", Visible::p, "变更事项"},
        {"certificate_hash", FieldKind::hash, false, 0, "", Visible::c, "变更证明"}};
    return fields;
}
const Fields& pledge_amend_terms_body() {
    static const Fields fields = {
        {"secured_amount", FieldKind::amount, true, 0, "", Visible::c, "被担保债权数额"},
        {"max_amount", FieldKind::amount, false, 0, "", Visible::c, "最高额"},
        {"debt_due", FieldKind::date, true, 0, "", Visible::c, "债务到期日"},
        {"amendment", FieldKind::sealed, true, 0, "", Visible::c, "变更协议"},
        {"consents", FieldKind::objects, false, 50, "", Visible::c, "后顺位质权人同意",
         &rank_consent_fields()}};
    return fields;
}
const Fields& pledge_waive_body() {
    static const Fields fields = {
        {"to", FieldKind::record, true, 0, "", Visible::p, "顺位提前的质押"},
        {"agreement", FieldKind::sealed, true, 0, "", Visible::c, "顺位协议"},
        {"consents", FieldKind::objects, false, 50, "", Visible::c, "其他质权人同意",
         &rank_consent_fields()}};
    return fields;
}
const Fields& pledge_extend_body() {
    static const Fields fields = {
        {"registration_term_to", FieldKind::date, true, 0, "", Visible::p, "延长至"},
        {"agreement", FieldKind::sealed, true, 0, "", Visible::c, "延期协议"}};
    return fields;
}
const Fields& pledge_assign_body() {
    static const Fields fields = {
        {"from", FieldKind::party, true, 0, "", Visible::p, "原质权人"},
        {"to", FieldKind::party, true, 0, "", Visible::p, "新质权人"},
        {"claim_assigned_on", FieldKind::date, true, 0, "", Visible::p, "债权转让日"},
        {"claim_assignment", FieldKind::sealed, false, 0, "", Visible::c, "债权转让协议"},
        {"debtor_notice", FieldKind::hash, false, 0, "", Visible::c, "通知债务人"}};
    return fields;
}
const Fields& pledge_enforce_body() {
    static const Fields fields = {
        {"financing", FieldKind::record, false, 0, "", Visible::c, "违约的融资"},
        {"evidence", FieldKind::hashes, false, 50, "", Visible::c, "违约证明"},
        {"reason", FieldKind::text, true, 2000, "", Visible::c, "事由"}};
    return fields;
}
const Fields& pledge_realise_body() {
    static const Fields fields = {
        {"how", FieldKind::choice, true, 0, "sale|auction|discount", Visible::c, "实现方式"},
        {"sale_record", FieldKind::hash, true, 0, "", Visible::c, "成交文件"},
        {"proceeds", FieldKind::sealed, true, 0, "", Visible::c, "价款与余额"}};
    return fields;
}
const Fields& pledge_court_sale_body() {
    static const Fields fields = {
        {"how", FieldKind::choice, true, 0, "sale|auction", Visible::c, "实现方式"},
        {"sale_record", FieldKind::hash, true, 0, "", Visible::c, "成交文件"},
        {"ruling_hash", FieldKind::hash, false, 0, "", Visible::r, "裁定书"},
        {"proceeds", FieldKind::sealed, true, 0, "", Visible::c, "价款与余额"}};
    return fields;
}
const Fields& pledge_revoke_body() {
    static const Fields fields = {
        {"ground", FieldKind::choice, true, 0, kGrounds, Visible::p, "撤销事由"},
        {"ruling_hash", FieldKind::hash, false, 0, "", Visible::r, "裁定书"},
        {"reason", FieldKind::text, true, 2000, "", Visible::c, "说明"}};
    return fields;
}

}  // namespace quanlu::registry
