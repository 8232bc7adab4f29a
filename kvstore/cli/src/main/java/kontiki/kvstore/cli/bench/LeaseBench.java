package kontiki.kvstore.cli.bench;

import java.util.Optional;
import java.util.SequencedMap;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
    name = "lease",
    description = "Grant a lease, keep it alive once and revoke it: all three are one operation.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  kontiki kv bench lease --clients 64",
      "  kontiki kv bench lease --clients 64 --against 127.0.0.1:12379 --names kontiki,etcd",
    })
final class LeaseBench extends AbstractBench {
  @Mixin private ClientOptions clients = new ClientOptions();

  @Override
  Workload workload() {
    return new RequestWorkload(
        "lease", clients.load(), LeaseRequests::new, Optional.empty(), Optional.empty());
  }

  @Override
  void settings(SequencedMap<String, String> settings) {
    settings.put("clients", Integer.toString(clients.clients));
    settings.put("rate", clients.rate == 0 ? "0" : Double.toString(clients.rate));
  }
}
