package kontiki.kvstore.cli;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import kontiki.kvstore.cli.direct.DirectStore;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** {@code kontiki kv}: what etcdctl does, with its flags, formats and exit codes. */
@Command(
    name = "kv",
    description = "Work with the key-value store; the flags and output are etcdctl's.",
    subcommands = {
      GetCommand.class,
      PutCommand.class,
      DeleteCommand.class,
      TxnCommand.class,
      WatchCommand.class,
      CompactionCommand.class,
      LeaseCommand.class,
      EndpointCommand.class,
      MemberCommand.class,
      AlarmCommand.class,
      VersionCommand.class,
      kontiki.kvstore.cli.bench.BenchCommand.class,
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  kontiki kv put greeting hello",
      "  kontiki kv get greeting",
      "  kontiki kv get --prefix gr -w json",
      "  kontiki kv watch --prefix gr",
      "  kontiki kv endpoint status --cluster -w table",
      "Without flags the cluster that 'kontiki up' started on this machine is asked.",
    })
public final class KvCommand implements Runnable {
  private static final int BUFFER_BYTES = 64 << 10;

  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private GlobalOptions options = new GlobalOptions();

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      scope = ScopeType.INHERIT,
      description = "Show this help.")
  boolean help;

  private final InputStream in;
  private final Output out;

  /** Reads standard input and writes standard output. */
  public KvCommand() {
    this(
        new FileInputStream(FileDescriptor.in),
        new BufferedOutputStream(new FileOutputStream(FileDescriptor.out), BUFFER_BYTES));
    DirectStore.warmUp();
  }

  public KvCommand(InputStream in, OutputStream out) {
    this.in = in;
    this.out = new Output(out);
  }

  GlobalOptions options() {
    return options;
  }

  InputStream in() {
    return in;
  }

  Output out() {
    return out;
  }

  /** Without a command: the help. */
  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }
}
