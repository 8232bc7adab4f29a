package kontiki.node.host.machine;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The programs of the system that a cluster needs, and the packages that bring them. */
public final class Packages {

  /** A package, and the files one of which shows that its content is there. */
  private record Needed(String name, List<String> anyOf) {
    boolean isMissing() {
      return anyOf.stream().map(Path::of).noneMatch(Files::exists);
    }
  }

  private static final List<Needed> NEEDED =
      List.of(
          program("containerd", "containerd"),
          program("runc", "runc"),
          new Needed(
              "containernetworking-plugins", List.of("/usr/lib/cni/bridge", "/opt/cni/bin/bridge")),
          program("nftables", "nft"),
          program("iptables", "iptables"),
          program("conntrack", "conntrack"),
          program("busybox-static", "busybox"),
          program("iproute2", "ip"),
          program("procps", "sysctl"),
          program("util-linux", "nsenter"));

  private static final Path POLICY = Path.of("/usr/sbin/policy-rc.d");

  private Packages() {}

  private static Needed program(String name, String program) {
    return new Needed(
        name,
        Stream.of("/usr/bin", "/usr/sbin", "/bin", "/sbin", "/usr/local/bin", "/usr/local/sbin")
            .map(folder -> folder + "/" + program)
            .toList());
  }

  /** The packages to install; empty if everything is there. */
  public static List<String> missing() {
    return NEEDED.stream().filter(Needed::isMissing).map(Needed::name).toList();
  }

  /** Where the CNI plugins are. */
  public static Path cniPlugins() {
    return Stream.of("/usr/lib/cni", "/opt/cni/bin")
        .map(Path::of)
        .filter(folder -> Files.exists(folder.resolve("bridge")))
        .findFirst()
        .orElse(Path.of("/usr/lib/cni"));
  }

  public static boolean canInstall() {
    return Files.exists(Path.of("/usr/bin/apt-get"));
  }

  /**
   * Installs packages of the distribution, and starts none of their services: the cluster runs an
   * engine of its own for each node.
   */
  public static void install(List<String> packages) throws IOException, InterruptedException {
    boolean madePolicy = false;
    if (!Files.exists(POLICY)) {
      Files.writeString(POLICY, "#!/bin/sh\nexit 101\n");
      Files.setPosixFilePermissions(POLICY, PosixFilePermissions.fromString("rwxr-xr-x"));
      madePolicy = true;
    }
    try {
      aptGet(List.of("update", "-qq"));
      List<String> install =
          new ArrayList<>(List.of("install", "-y", "-qq", "--no-install-recommends"));
      install.addAll(packages);
      aptGet(install);
    } finally {
      if (madePolicy) {
        Files.deleteIfExists(POLICY);
      }
    }
    List<String> still = missing();
    if (!still.isEmpty()) {
      throw new IOException("apt-get did not bring what is needed of: " + String.join(" ", still));
    }
  }

  private static void aptGet(List<String> arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("apt-get"));
    command.addAll(arguments);
    Path log = Files.createTempFile("kontiki-apt", ".log");
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("DEBIAN_FRONTEND", "noninteractive");
    builder.redirectErrorStream(true).redirectOutput(log.toFile());
    builder.redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")));
    int code = builder.start().waitFor();
    if (code != 0) {
      throw new IOException(
          String.join(" ", command) + " failed (" + code + "); its output is in " + log);
    }
    Files.delete(log);
  }
}
