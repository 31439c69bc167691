// The eight totals of bench/uncertainty.py in Squiggle: a million draws, P10, P50 and P90 of each.
import { readFileSync } from "node:fs";
import { run } from "@quri/squiggle-lang";

const v = JSON.parse(readFileSync("values.json", "utf8"));
const script = `
few_shot_build = uniform(500, 2000)
chaining_build = exp(uniform(log(1000), log(5000)))
rag_build = 18000 + 27000 * beta(${1 + (4 * 10) / 27}, ${1 + (4 * 17) / 27})
rag_hours = uniform(5, 10)
project = exp(uniform(log(5000), log(30000)))
data_preparation = uniform(15000, 50000)
engineering = uniform(30000, 80000)
evaluation = uniform(10000, 30000)
iterations = uniform(3, 5)
full_run = 35000 * (1 - uniform(0, 1)) ^ (-0.5)
hosting = exp(uniform(log(2000), log(10000)))
tokens_in = triangular(600, 800, 1500)
tokens_out = triangular(150, 200, 300)
volume = triangular(600000, 1000000, 1900000)
request = (tokens_in * ${v.share * v.cached_price + (1 - v.share) * v.input_price} + tokens_out * ${v.output_price}) / 1000000
retrieved = request + ${(v.context_tokens * v.input_price) / 1e6}
tuned = (tokens_in * ${v.tuned_input_price} + tokens_out * ${v.tuned_output_price}) / 1000000
upkeep = ${v.prompt_hours * v.hourly_rate}
tuned_upkeep = ${v.fine_tuning_hours * v.hourly_rate}
retrieval = rag_hours * ${v.hourly_rate} + ${v.rag_infrastructure}
gpu = ${Math.max(1, Math.ceil(v.requests / v.gpu_capacity)) * v.gpu_hours * v.gpu_hour}
own = tuned_upkeep + gpu + ${v.retraining_cost / v.cadence}
run = (tokens_in + tokens_out) * ${(v.n_examples * v.training_passes * v.tuned_training_price) / 1e6}
m = ${v.months}
totals = [
  ${v.prompting_build} + m * (volume * request + upkeep) + 0 * few_shot_build,
  few_shot_build + m * (volume * request + upkeep),
  chaining_build + m * (volume * request * ${v.chain_steps} + upkeep),
  rag_build + m * (volume * retrieved + retrieval),
  project + m * own,
  project + m * (volume * tuned + tuned_upkeep + run / ${v.cadence}),
  data_preparation + engineering + evaluation + iterations * full_run + m * (hosting + ${v.maintenance} + full_run / ${v.cadence}),
  rag_build + project + m * (retrieval + own)
]
sum(totals -> List.map({|t| quantile(t, 0.1) + quantile(t, 0.5) + quantile(t, 0.9)}))
`;
const count = Number(process.argv[2]);
const started = process.cpuUsage();
const output = await run(script, { environment: { sampleCount: count, xyPointLength: 1000, seed: "footing" } });
const used = process.cpuUsage(started);
if (!output.result.ok) throw new Error(output.result.value.toString());
console.log(
  JSON.stringify({
    seconds: (used.user + used.system) / 1e6,
    peak_mb: Math.round(process.resourceUsage().maxRSS / 1024),
    sum_of_percentiles: Number(output.result.value.result.toString()),
  }),
);
