package kontiki.kvstore.cli;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.function.Supplier;
import kontiki.kvstore.cli.bench.BenchCommand;
import kontiki.kvstore.cli.direct.DirectStore;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** {@code kontiki kv}: what etcdctl does, with its flags, formats and exit codes. */
public final class KvCommand implements Runnable {
  private static final int BUFFER_BYTES = 64 << 10;

  /**
   * One command: how the help shows it, and what makes it, a spec or an object with annotations.
   */
  private record Row(String name, String description, Supplier<Object> command) {
    CommandLine line() {
      return new CommandLine(command.get());
    }

    /** Enough for the help. */
    CommandLine mention() {
      var spec = CommandSpec.create().name(name);
      spec.usageMessage().description(description);
      return new CommandLine(spec);
    }
  }

  /** In the order of the help. */
  private static final List<Row> ROWS =
      List.of(
          new Row("get", "Show a key, or a range of keys.", () -> new GetCommand().spec()),
          new Row("put", "Write a key.", () -> new PutCommand().spec()),
          new Row(
              "del",
              "Delete a key, or a range of keys; say how many there were.",
              () -> new DeleteCommand().spec()),
          new Row(
              "txn",
              "Compare, then do one of two lists of requests, all in one step.",
              TxnCommand::new),
          new Row(
              "watch",
              "Show what happens to a key, or a range of keys, until Ctrl-C.",
              WatchCommand::new),
          new Row("compaction", "Forget the history before a revision.", CompactionCommand::new),
          new Row(
              "lease", "Make, keep and end leases: keys that live for a time.", LeaseCommand::new),
          new Row("lock", "Hold a lock until Ctrl-C, or while a command runs.", LockCommand::new),
          new Row(
              "elect",
              "Stand in an election until Ctrl-C, or show who is elected.",
              ElectCommand::new),
          new Row("endpoint", "Ask each member how it is.", EndpointCommand::new),
          new Row("member", "Show and change the members of the store.", MemberCommand::new),
          new Row(
              "alarm", "Show and clear alarms, such as a store that is full.", AlarmCommand::new),
          new Row("auth", "Lock the store for all but its users, or unlock it.", AuthCommand::new),
          new Row("user", "Make, show and change users.", UserCommand::new),
          new Row("role", "Make, show and change roles: what users may do.", RoleCommand::new),
          new Row(
              "snapshot",
              "Save the store into a file, look at one, restore one.",
              SnapshotCommand::new),
          new Row(
              "version",
              "Show the version of this command and of the protocol it speaks.",
              VersionCommand::new),
          new Row(
              "bench",
              "Measure any server that speaks etcd, alone or against another.",
              BenchCommand::new));

  private final Words words =
      new Words(this, "kv", "Work with the key-value store; the flags and output are etcdctl's.");
  private final GlobalOptions options = new GlobalOptions(words);
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
    options.readsFrom(in);
    words.shared(
        OptionSpec.builder("-h", "--help").type(boolean.class).usageHelp(true), "Show this help.");
    words.examples(
        "  kontiki kv put greeting hello",
        "  kontiki kv get greeting",
        "  kontiki kv get --prefix gr -w json",
        "  kontiki kv watch --prefix gr",
        "  kontiki kv endpoint status --cluster -w table",
        "Without flags the cluster that 'kontiki up' started on this machine is asked.");
  }

  /**
   * What picocli is to read.
   *
   * @param arguments the command line, if it is known: then only the commands that it names are
   *     made, because making all takes longer than running one, and the help mentions the others
   */
  public CommandSpec spec(String... arguments) {
    var words = List.of(arguments);
    boolean help = isHelp(words);
    for (Row row : ROWS) {
      if (words.isEmpty() || words.contains(row.name)) {
        this.words.spec().addSubcommand(row.name, row.line());
      } else if (help) {
        this.words.spec().addSubcommand(row.name, row.mention());
      }
    }
    return this.words.spec();
  }

  /**
   * True where the help of all commands may be shown: none is named, or help is asked for first.
   */
  private static boolean isHelp(List<String> arguments) {
    for (String argument : arguments) {
      if (argument.equals("-h") || argument.equals("--help")) {
        return true;
      }
      if (ROWS.stream().anyMatch(row -> row.name.equals(argument))) {
        return false;
      }
    }
    return true;
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
    words.spec().commandLine().usage(words.spec().commandLine().getOut());
  }
}
