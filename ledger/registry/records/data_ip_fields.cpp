// See data_ip_fields.h.
#include "ledger/registry/records/data_ip_fields.h"

namespace quanlu::registry::data_ip {

namespace {

Fields statements(bool required) {
    return {
        {"algorithm_rule_summary", FieldKind::text, false, 2000, "", Visible::p, "处理规则简述"},
        {"algorithm_rule_hash", FieldKind::hash, false, 0, "", Visible::r, "处理规则哈希"},
        {"source_statement", FieldKind::text, required, 2000, "", Visible::c, "数据来源"},
        {"update_statement", FieldKind::text, required, 2000, "", Visible::c, "更新情况"},
        {"legality_pledge", FieldKind::boolean, required, 0, "", Visible::c, "真实合法承诺"},
        {"authorised_until", FieldKind::date, false, 0, "", Visible::c, "授权期限至"},
    };
}

}  // namespace

const Fields& deposit_body() {
    static const Fields fields = {
        {"evidence_certificate_no", FieldKind::text, true, 64, "", Visible::p, "存证证书编号"},
        {"evidence_platform", FieldKind::party, true, 0, "", Visible::p, "存证平台"},
        {"evidence_hash", FieldKind::hash, true, 0, "", Visible::p, "存证哈希"},
        {"applicants", FieldKind::parties, true, 20, "", Visible::p, "申请人"},
        {"asset_id", FieldKind::record, true, 0, "", Visible::p, "数据资产"},
    };
    return fields;
}

const Fields& apply_body() {
    static const Fields fields = statements(true);
    return fields;
}
const Fields& correct_body() {
    static const Fields fields = [] {
        Fields all = statements(false);
        all.push_back({"reason", FieldKind::text, true, 2000, "", Visible::c, "说明"});
        return all;
    }();
    return fields;
}
const Fields& correction_body() {
    static const Fields fields = {
        {"defects", FieldKind::text, true, 2000, "", Visible::c, "补正事项"},
        {"deadline", FieldKind::date, true, 0, "", Visible::c, "补正期限"}};
    return fields;
}
const Fields& examine_body() {
    static const Fields fields = {
        {"notice_to", FieldKind::date, true, 0, "", Visible::p, "公示期至"}};
    return fields;
}
const Fields& refuse_body() {
    static const Fields fields = {
        {"ground", FieldKind::choice, true, 0,
         "E_RAW_DATA_ONLY|E_SOURCE_UNLAWFUL|E_OWNERSHIP_DISPUTE|E_DUPLICATE_RIGHT|"
         "E_NO_AUTHORISATION|E_OTHER_UNFIT",
         Visible::p, "不予登记事由"},
        {"reason", FieldKind::text, true, 2000, "", Visible::c, "说明"}};
    return fields;
}
const Fields& register_body() {
    static const Fields fields = {
        {"certificate_no", FieldKind::text, true, 40, "", Visible::p, "登记证书编号"},
        {"source_snapshot_hash", FieldKind::hash, true, 0, "", Visible::p, "登记簿哈希"}};
    return fields;
}
const Fields& renew_body() {
    static const Fields fields = {
        {"authorised_until", FieldKind::date, false, 0, "", Visible::c, "授权期限至"},
        {"evidence", FieldKind::hashes, false, 20, "", Visible::c, "证明材料"}};
    return fields;
}
const Fields& revoke_body() {
    static const Fields fields = {
        {"ruling_hash", FieldKind::hash, false, 0, "", Visible::r, "裁判文书"},
        {"reason", FieldKind::text, true, 2000, "", Visible::c, "事由"}};
    return fields;
}

const Fields& stored_fields() {
    static const Fields fields = [] {
        Fields all = deposit_body();
        for (const Field& field : statements(false)) all.push_back(field);
        const Fields later = {
            {"notice_from", FieldKind::date, false, 0, "", Visible::p, "公示期自"},
            {"notice_to", FieldKind::date, false, 0, "", Visible::p, "公示期至"},
            {"certificate_no", FieldKind::text, false, 40, "", Visible::p, "登记证书编号"},
            {"registered_on", FieldKind::date, false, 0, "", Visible::p, "登记日"},
            {"valid_to", FieldKind::date, false, 0, "", Visible::p, "有效期至"},
            {"rights", FieldKind::records, false, 1, "", Visible::p, "所登记的权利"},
        };
        for (const Field& field : later) all.push_back(field);
        return all;
    }();
    return fields;
}

}  // namespace quanlu::registry::data_ip
