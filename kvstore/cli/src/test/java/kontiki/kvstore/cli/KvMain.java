package kontiki.kvstore.cli;

import picocli.CommandLine;

/** {@code kontiki kv} as a process of its own, for tests that send signals. */
final class KvMain {
  private KvMain() {}

  public static void main(String[] arguments) {
    var line = new CommandLine(new KvCommand().spec(arguments));
    line.setExitCodeExceptionMapper(
        failure -> failure instanceof CommandLine.IExitCodeGenerator own ? own.getExitCode() : 1);
    line.setExecutionExceptionHandler((failure, command, _) -> {
      System.err.println("error: " + failure.getMessage());
      return command.getExitCodeExceptionMapper().getExitCode(failure);
    });
    System.exit(line.execute(arguments));
  }
}
