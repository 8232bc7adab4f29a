package kontiki.node.host.supervise;

import java.nio.file.Path;

/**
 * The one table of the roles' Java options: heap and compilers. Roles that serve for weeks under
 * load have both compilers; the others start sooner with the fast one alone.
 */
enum JvmOptions {
  ETCD("-Xmx384m", true),
  APISERVER("-Xmx512m", true),
  CONTROLLERS("-Xmx256m", false),
  SCHEDULER("-Xmx256m", false),
  KUBELET("-Xmx192m", false),
  PROXY("-Xmx128m", false),
  SUPERVISE("-Xmx64m", false);

  private final String heap;
  private final boolean bothCompilers;

  JvmOptions(String heap, boolean bothCompilers) {
    this.heap = heap;
    this.bothCompilers = bothCompilers;
  }

  /** The options as the launcher reads them, from KONTIKI_JVM_OPTIONS. */
  String text(Path temporary) {
    return String.join(
        " ",
        heap,
        "-XX:+UseSerialGC",
        bothCompilers ? "-XX:+TieredCompilation" : "-XX:TieredStopAtLevel=1",
        "-XX:+ExitOnOutOfMemoryError",
        // No files of its own outside of the data directory.
        "-XX:-UsePerfData",
        "-XX:ErrorFile=" + temporary.resolve("crash-%p.log"),
        "-Djava.io.tmpdir=" + temporary,
        "-Dkontiki.log=info");
  }
}
