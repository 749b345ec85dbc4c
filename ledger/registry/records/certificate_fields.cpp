// See certificate_fields.h.
#include "ledger/registry/records/certificate_fields.h"

namespace quanlu::registry {

namespace {

constexpr std::int64_t kEntities = 2;  // one of each side
constexpr std::int64_t kChainLinks = 20;
constexpr std::string_view kSources =
    "self_collected|authorised|purchased|public_data_authorised_operation|derived";

const Fields& rule_fields() {
    static const Fields fields = {
        {"rule_name", FieldKind::text, true, 200, "", Visible::p, "规范名称"},
        {"article", FieldKind::text, true, 100, "", Visible::p, "条款"},
        {"obligation_hash", FieldKind::hash, true, 0, "", Visible::p, "义务清单哈希"},
    };
    return fields;
}

const Fields& link_fields() {
    static const Fields fields = {
        {"grantor", FieldKind::party, true, 0, "", Visible::c, "授权方"},
        {"grantee", FieldKind::party, true, 0, "", Visible::c, "被授权方"},
        {"rights", FieldKind::choices, true, 0, "hold|use|operate", Visible::c, "权利"},
        {"scope", FieldKind::records, true, 50, "", Visible::c, "范围"},
        {"from", FieldKind::date, true, 0, "", Visible::c, "起"},
        {"to", FieldKind::date, true, 0, "", Visible::c, "止"},
        {"sublicence_allowed", FieldKind::boolean, true, 0, "", Visible::c, "可转授权"},
        {"doc_hash", FieldKind::hash, true, 0, "", Visible::c, "授权文件哈希"},
    };
    return fields;
}

const Fields& delivery_fields() {
    static const Fields fields = {
        {"root", FieldKind::hash, true, 0, "", Visible::p, "交付物摘要"},
        {"algorithm_id", FieldKind::record, true, 0, "", Visible::p, "摘要算法"},
    };
    return fields;
}

const Fields& receipt_fields() {
    static const Fields fields = {
        {"party", FieldKind::party, true, 0, "", Visible::c, "签收方"},
        {"time_ms", FieldKind::integer, true, json::kIntegerMax, "", Visible::c, "签收时间"},
    };
    return fields;
}

const Fields& where_fields() {
    static const Fields fields = {
        {"height", FieldKind::integer, true, json::kIntegerMax, "", Visible::p, "高度"},
        {"index", FieldKind::integer, true, json::kIntegerMax, "", Visible::p, "序号"},
        {"time", FieldKind::integer, true, json::kIntegerMax, "", Visible::p, "时间"},
    };
    return fields;
}

const Fields& correction_fields() {
    static const Fields fields = {
        {"defects", FieldKind::text, true, 2000, "", Visible::c, "补正事项"},
        {"deadline", FieldKind::date, true, 0, "", Visible::c, "补正期限"},
        {"next_from", FieldKind::date, true, 0, "", Visible::c, "下次可补正日"},
        {"open", FieldKind::boolean, true, 0, "", Visible::c, "待补正"},
        {"since", FieldKind::object, true, 0, "", Visible::c, "起", &where_fields()},
    };
    return fields;
}

const Fields& suspension_fields() {
    static const Fields fields = {
        {"by", FieldKind::party, true, 0, "", Visible::p, "决定机关"},
        {"since", FieldKind::object, true, 0, "", Visible::p, "起", &where_fields()},
    };
    return fields;
}

const Fields& consent_fields() {
    static const Fields fields = {
        {"party", FieldKind::party, true, 0, "", Visible::c, "质权人"},
        {"pledge", FieldKind::record, true, 0, "", Visible::c, "质押登记"},
    };
    return fields;
}

const Fields& renewal_fields() {
    static const Fields fields = {
        {"valid_to", FieldKind::date, true, 0, "", Visible::c, "续展至"},
        {"since", FieldKind::object, true, 0, "", Visible::c, "起", &where_fields()},
        {"assessment_result", FieldKind::choice, false, 0, "pass|conditional_pass", Visible::c,
         "评估结论"},
        {"report", FieldKind::sealed, false, 0, "", Visible::r, "评估报告"},
        {"committee_opinion", FieldKind::sealed, false, 0, "", Visible::r, "合规委员会意见"},
        {"assessor", FieldKind::party, false, 0, "", Visible::c, "评估方"},
    };
    return fields;
}

}  // namespace

// What an application states; which kind states what is in data_rules (kind_fields_there).
const Fields& cert_apply_body() {
    static const Fields fields = {
        {"certificate_kind", FieldKind::choice, true, 0, "scenario|entity|transaction|delivery",
         Visible::p, "证书类型"},
        {"issuer", FieldKind::party, true, 0, "", Visible::p, "数字证书中心"},
        {"supersedes", FieldKind::record, false, 0, "", Visible::p, "替代的证书"},
        {"valid_from", FieldKind::date, true, 0, "", Visible::p, "有效期起"},
        {"valid_to", FieldKind::date, true, 0, "", Visible::p, "有效期止"},
        {"applicable_rules", FieldKind::objects, false, 100, "", Visible::p, "适用规范",
         &rule_fields()},
        {"digest_algorithm", FieldKind::record, false, 0, "", Visible::p, "摘要算法"},
        {"notice_days", FieldKind::integer, false, 365, "", Visible::p, "公示天数"},
        {"identity_evidence", FieldKind::sealed, false, 0, "", Visible::r, "实名证明"},
        {"provider_dcmm_level", FieldKind::choice, false, 0, "1|2|3|4|5", Visible::p, "DCMM 等级"},
        {"security_certifications", FieldKind::text, false, 300, "", Visible::p, "安全认证"},
        {"scenario_ref", FieldKind::record, false, 0, "", Visible::p, "场景证书"},
        {"entity_refs", FieldKind::records, false, kEntities, "", Visible::c, "实体证书"},
        {"transaction_ref", FieldKind::record, false, 0, "", Visible::p, "交易凭证"},
        {"recipient", FieldKind::party, false, 0, "", Visible::c, "接收方"},
        {"broker", FieldKind::party, false, 0, "", Visible::c, "中介方"},
        {"asset_id", FieldKind::record, false, 0, "", Visible::p, "数据资产"},
        {"data_ip_right", FieldKind::record, false, 0, "", Visible::p, "数据知识产权"},
        {"source_lawfulness", FieldKind::choice, false, 0, kSources, Visible::c, "来源合法性"},
        {"source_evidence", FieldKind::sealed, false, 0, "", Visible::r, "来源证明"},
        {"authorisation_chain", FieldKind::objects, false, kChainLinks, "", Visible::c, "授权链",
         &link_fields()},
        {"purpose", FieldKind::sealed, false, 0, "", Visible::c, "使用目的"},
        {"use_scope", FieldKind::sealed, false, 0, "", Visible::c, "使用范围"},
        {"territory", FieldKind::sealed, false, 0, "", Visible::c, "地域"},
        {"onward_transfer", FieldKind::sealed, false, 0, "", Visible::c, "再转让"},
        {"processing_mode", FieldKind::choice, false, 0,
         "raw_delivery|api|sandbox|privacy_computing", Visible::p, "处理方式"},
        {"personal_info_basis", FieldKind::choice, false, 0,
         "consent|contract|anonymised|statutory", Visible::c, "个人信息处理依据"},
        {"cross_border", FieldKind::boolean, false, 0, "", Visible::c, "出境"},
        {"cross_border_approval_no", FieldKind::text, false, 100, "", Visible::c, "出境批准号"},
        {"price", FieldKind::sealed, false, 0, "", Visible::r, "价格"},
        {"pricing_method", FieldKind::sealed, false, 0, "", Visible::r, "定价方式"},
        {"delivery_digest", FieldKind::object, false, 0, "", Visible::p, "交付摘要",
         &delivery_fields()},
        {"delivered_on", FieldKind::date, false, 0, "", Visible::c, "交付日"},
        {"record_retention_until", FieldKind::date, true, 0, "", Visible::p, "记录保存至"},
    };
    return fields;
}

const Fields& cert_assess_body() {
    static const Fields fields = {
        {"assessment_result", FieldKind::choice, true, 0, "pass|conditional_pass", Visible::p,
         "评估结论"},
        {"report", FieldKind::sealed, false, 0, "", Visible::r, "评估报告"},
        {"committee_opinion", FieldKind::sealed, false, 0, "", Visible::r, "合规委员会意见"},
    };
    return fields;
}

// As stored: the application, what others added, and what the ledger wrote.
const Fields& cert_fields() {
    static const Fields fields = [] {
        Fields all = cert_apply_body();
        for (Field field : cert_assess_body()) {
            field.required = false;  // there from the assessment on
            all.push_back(field);
        }
        all.push_back({"assessor", FieldKind::party, false, 0, "", Visible::p, "评估方"});
        all.push_back({"issue_date", FieldKind::date, false, 0, "", Visible::p, "签发日"});
        all.push_back({"certificate_version", FieldKind::integer, false, json::kIntegerMax, "",
                       Visible::p, "版本"});
        all.push_back({"superseded_by", FieldKind::record, false, 0, "", Visible::p, "被替代于"});
        all.push_back({"notice_from", FieldKind::date, false, 0, "", Visible::p, "公示起"});
        all.push_back({"notice_to", FieldKind::date, false, 0, "", Visible::p, "公示止"});
        all.push_back({"correction", FieldKind::object, false, 0, "", Visible::c, "补正",
                       &correction_fields()});
        all.push_back({"suspended", FieldKind::object, false, 0, "", Visible::p, "中止",
                       &suspension_fields()});
        all.push_back(
            {"renewal", FieldKind::object, false, 0, "", Visible::c, "待续展", &renewal_fields()});
        all.push_back(
            {"refused_ground", FieldKind::text, false, 40, "", Visible::p, "不予签发事由"});
        all.push_back(
            {"refused_reason", FieldKind::text, false, 2000, "", Visible::c, "不予签发说明"});
        all.push_back({"revoked_ground", FieldKind::text, false, 40, "", Visible::p, "撤销事由"});
        all.push_back({"revoked_from", FieldKind::date, false, 0, "", Visible::p, "失效日"});
        all.push_back({"revoked_reason", FieldKind::text, false, 2000, "", Visible::c, "撤销说明"});
        all.push_back({"delivery_receipt", FieldKind::object, false, 0, "", Visible::c, "签收",
                       &receipt_fields()});
        all.push_back({"surrender_consents", FieldKind::objects, false, 50, "", Visible::c,
                       "同意注销的质权人", &consent_fields()});
        all.push_back({"financings", FieldKind::records, false, 100, "", Visible::c, "融资"});
        return all;
    }();
    return fields;
}

namespace {

// Every field but kind and issuer, none required: what a correction may change.
const Fields& changes_fields() {
    static const Fields fields = [] {
        Fields all;
        for (Field field : cert_apply_body()) {
            if (field.name == "certificate_kind" || field.name == "issuer") continue;
            field.required = false;
            all.push_back(field);
        }
        return all;
    }();
    return fields;
}

}  // namespace

const Fields& cert_correct_body() {
    static const Fields fields = {
        {"changes", FieldKind::object, true, 0, "", Visible::c, "更正内容", &changes_fields()}};
    return fields;
}
const Fields& cert_correction_body() {
    static const Fields fields = {
        {"defects", FieldKind::text, true, 2000, "", Visible::c, "补正事项"},
        {"deadline", FieldKind::date, true, 0, "", Visible::c, "补正期限"}};
    return fields;
}
const Fields& cert_refuse_body() {
    static const Fields fields = {
        {"ground", FieldKind::choice, true, 0,
         "E_CORE_DATA|E_SOURCE_UNLAWFUL|E_NO_AUTHORISATION|E_OWNERSHIP_DISPUTE|E_GRADE_NOT_ALLOWED",
         Visible::p, "不予签发事由"},
        {"reason", FieldKind::text, true, 2000, "", Visible::c, "说明"}};
    return fields;
}
const Fields& cert_renewal_body() {
    static const Fields fields = {{"valid_to", FieldKind::date, true, 0, "", Visible::p, "续展至"}};
    return fields;
}
const Fields& cert_revoke_body() {
    static const Fields fields = {
        {"ground", FieldKind::choice, true, 0,
         "fraud|source_unlawful|authorisation_withdrawn|pi_consent_withdrawn", Visible::p,
         "撤销事由"},
        {"effective_from", FieldKind::date, true, 0, "", Visible::p, "失效日"},
        {"reason", FieldKind::text, true, 2000, "", Visible::c, "说明"}};
    return fields;
}
const Fields& cert_receipt_body() {
    static const Fields fields = {
        {"root", FieldKind::hash, true, 0, "", Visible::p, "收到内容摘要"}};
    return fields;
}

}  // namespace quanlu::registry
