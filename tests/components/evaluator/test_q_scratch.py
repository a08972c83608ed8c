import pytest
def test_q(binary_case):
    from zenml.components.evaluator import configs, evaluation
    from zenml.steps.evaluator import TFMAEvaluator
    step=TFMAEvaluator(metrics={"sex":["auc",{"min_label_position":{"query_key":"island"}},{"ndcg":{"query_key":"island","gain_key":"weight","top_k_list":[5]}}]},slices=[["year"]]); step.check()
    t=evaluation.Task(step,configs.complete(step,configs.config_of(step)),binary_case.saved_model,binary_case.files)
    r=evaluation.evaluate(t); print(r.plain()); assert 0
