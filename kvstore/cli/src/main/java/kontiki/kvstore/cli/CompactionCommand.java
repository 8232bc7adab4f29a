package kontiki.kvstore.cli;

import kontiki.kvstore.api.pb.CompactionRequest;
import kontiki.kvstore.api.pb.KVGrpc;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "compaction",
    description = "Forget the history before a revision.",
    footerHeading = "%nExample:%n",
    footer = "  kontiki kv compaction 1234")
final class CompactionCommand extends StoreCommand {

  @Parameters(paramLabel = "REVISION", description = "The oldest revision to keep.")
  private long revision;

  @Option(names = "--physical", description = "Wait until the space is free.")
  private boolean physical;

  @Override
  void ask() {
    try (var store = options().connection().open()) {
      store.call(
          KVGrpc.getCompactMethod(),
          CompactionRequest.newBuilder().setRevision(revision).setPhysical(physical).build());
    }
    out().line("compacted revision " + revision);
  }
}
