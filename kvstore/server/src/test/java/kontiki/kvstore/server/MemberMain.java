package kontiki.kvstore.server;

import picocli.CommandLine;

/** {@code kontiki etcd}, without the rest of the executable. */
final class MemberMain {
  private MemberMain() {}

  public static void main(String[] arguments) {
    System.exit(
        new CommandLine(new EtcdCommand())
            .setExecutionExceptionHandler((failure, line, parsed) -> {
              System.err.println("error: " + failure.getMessage());
              return 1;
            })
            .execute(arguments));
  }
}
