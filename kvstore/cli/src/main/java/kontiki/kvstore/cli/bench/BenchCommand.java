package kontiki.kvstore.cli.bench;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code kontiki kv bench}: a word that groups the benchmarks. */
@Command(
    name = "bench",
    description = "Measure any server that speaks etcd, alone or against another.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      PutBench.class,
      RangeBench.class,
      TxnBench.class,
      WatchBench.class,
      WatchLatencyBench.class,
      LeaseBench.class,
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "One server, the one that 'kontiki up' started on this machine:",
      "  kontiki kv bench put --clients 64",
      "Against another, by turns (A B B A A B ...), with medians and ratios:",
      "  kontiki kv bench put --clients 64 --names kontiki,etcd \\",
      "    --endpoints 127.0.0.1:2379 --against 127.0.0.1:12379 \\",
      "    --cacert ca.crt --cert client.crt --key client.key",
      "The keys begin with 'kontiki-bench/' and are deleted in the end.",
    })
public final class BenchCommand implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();

  /** Without a command: the help. */
  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }
}
