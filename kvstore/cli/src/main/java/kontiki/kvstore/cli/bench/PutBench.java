package kontiki.kvstore.cli.bench;

import picocli.CommandLine.Command;

@Command(
    name = "put",
    description = "Write keys.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  kontiki kv bench put --clients 64",
      "  kontiki kv bench put --clients 64 --endpoints 127.0.0.1:2379 \\",
      "    --cacert ca.crt --cert client.crt --key client.key \\",
      "    --against 127.0.0.1:12379 --names kontiki,etcd",
    })
final class PutBench extends KeyedBench {
  @Override
  Workload workload() {
    var space = space();
    var values = values();
    return workload(
        "put", space, (target, client) -> new PutRequests(target, client, space, values));
  }
}
