// Template bodies of merkle.h: which perfect subtrees make up a proof. Included by merkle.h only.
#pragma once
