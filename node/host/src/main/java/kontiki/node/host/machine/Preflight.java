package kontiki.node.host.machine;

import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import kontiki.node.host.cluster.Addresses;
import kontiki.node.proxy.program.Program;

/**
 * Looks whether a cluster can run on this machine. Each problem is one line that says what is wrong
 * and how to mend it. Changes nothing, apart from loading kernel modules.
 */
public final class Preflight {

  static final long DISK_BYTES = 2L << 30;
  static final long MEMORY_BYTES_BASE = 900L << 20;
  static final long MEMORY_BYTES_A_PART = 250L << 20;

  /** A unix socket's path takes 107 bytes; the longest below the data directory needs the rest. */
  static final int PATH_LIMIT = 70;

  private static final List<String> MODULES =
      List.of("overlay", "br_netfilter", "bridge", "veth", "nf_tables", "nft_masq", "nft_fib_ipv4");

  private static final String KERNEL_TRIAL =
      """
      ip link add kb0 type bridge && ip link add kv0 type veth peer name kv1 && nft -f - <<'NFT'
      table ip kontiki-trial {
        map m { type ipv4_addr . inet_proto . inet_service : verdict; }
        chain a { type nat hook prerouting priority dstnat; fib daddr type local meta l4proto . th dport vmap { tcp . 1 : accept }; numgen random mod 2 vmap { 0 : accept, 1 : accept }; }
        chain b { type nat hook postrouting priority srcnat; meta mark 1 masquerade fully-random; }
        chain c { type filter hook forward priority filter; ct state new reject; }
      }
      NFT
      """;

  private final Path dataDirectory;
  private final int members;
  private final int nodes;
  private final List<String> problems = new ArrayList<>();

  private Preflight(Path dataDirectory, int members, int nodes) {
    this.dataDirectory = dataDirectory;
    this.members = members;
    this.nodes = nodes;
  }

  /** What must be so before any program is looked for. */
  public static List<String> basics(Path dataDirectory) throws IOException {
    List<String> problems = new ArrayList<>();
    if (!System.getProperty("os.name").equals("Linux")) {
      problems.add("this is " + System.getProperty("os.name") + ": a cluster needs Linux");
    } else if (!isRoot()) {
      problems.add("not root: a cluster makes network namespaces; run it with sudo");
    }
    if (!dataDirectory.toString().matches("[A-Za-z0-9._/-]+")) {
      problems.add(
          "--data-dir "
              + dataDirectory
              + " has unusual characters: use letters, digits, '.', '_', '-'");
    } else if (dataDirectory.toString().length() > PATH_LIMIT) {
      problems.add(
          "--data-dir "
              + dataDirectory
              + " is too long for unix sockets: use one of at most "
              + PATH_LIMIT
              + " characters");
    }
    return problems;
  }

  private static boolean isRoot() throws IOException {
    return Integer.valueOf(0).equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"));
  }

  /** Every problem of the machine, for a cluster of this size. */
  public static List<String> machine(Path dataDirectory, int members, int nodes)
      throws IOException {
    Preflight preflight = new Preflight(dataDirectory, members, nodes);
    preflight.checkKernel();
    preflight.checkDisk();
    preflight.checkMemory();
    preflight.checkInotify();
    preflight.checkCgroups();
    return preflight.problems;
  }

  /** Problems of a first start: what another program, or an earlier run, holds. */
  public static List<String> leftovers(Path dataDirectory, int members, int nodes)
      throws IOException {
    Preflight preflight = new Preflight(dataDirectory, members, nodes);
    preflight.checkPorts();
    preflight.checkLeftovers();
    return preflight.problems;
  }

  /** Ports that other programs hold. */
  public static List<String> ports(Path dataDirectory, int members) throws IOException {
    Preflight preflight = new Preflight(dataDirectory, members, 0);
    preflight.checkPorts();
    return preflight.problems;
  }

  private void checkKernel() throws IOException {
    // Built in, loaded already, or absent: the trial below tells.
    String load = "command -v modprobe && modprobe -qa " + String.join(" ", MODULES) + "; true";
    Program.attempt("", List.of("sh", "-c", load));
    if (!Files.readString(Path.of("/proc/filesystems")).contains("overlay")) {
      problems.add("the kernel has no overlay file system: load it with 'modprobe overlay'");
    }
    if (!Files.exists(Path.of("/proc/sys/net/bridge/bridge-nf-call-iptables"))) {
      problems.add(
          "the kernel does not filter bridged packets: load it with 'modprobe br_netfilter'");
    }
    Program.Result trial =
        Program.attempt("", List.of("unshare", "--net", "--", "sh", "-c", KERNEL_TRIAL));
    if (!trial.isSuccess()) {
      problems.add(
          "the kernel refuses a bridge, veth or nftables rules ("
              + trial.lastLine()
              + "): load bridge, veth, nf_tables, nft_masq, nft_numgen, nft_fib_ipv4 and"
              + " nft_reject_ipv4");
    }
  }

  private void checkDisk() throws IOException {
    Path there = dataDirectory;
    while (!Files.exists(there)) {
      there = Objects.requireNonNull(there.getParent());
    }
    FileStore store = Files.getFileStore(there);
    if (store.getUsableSpace() < DISK_BYTES) {
      problems.add(
          "only "
              + (store.getUsableSpace() >> 20)
              + " MB are free for "
              + dataDirectory
              + ": make room for "
              + (DISK_BYTES >> 20)
              + " MB, or choose another place with --data-dir");
    }
  }

  private void checkMemory() throws IOException {
    long needed = MEMORY_BYTES_BASE + MEMORY_BYTES_A_PART * (members - 1L + nodes);
    for (String line : Files.readAllLines(Path.of("/proc/meminfo"))) {
      if (line.startsWith("MemAvailable:")) {
        long available = Long.parseLong(line.replaceAll("\\D", "")) << 10;
        if (available < needed) {
          problems.add(
              "only "
                  + (available >> 20)
                  + " MB of memory are available and this cluster needs about "
                  + (needed >> 20)
                  + " MB: end other programs, or use fewer --nodes or --members");
        }
      }
    }
  }

  private void checkInotify() throws IOException {
    // One instance an engine, and some for the rest of the machine.
    long needed = 16 + 4L * nodes;
    Path setting = Path.of("/proc/sys/fs/inotify/max_user_instances");
    // Read as lines: the kernel answers a setting in one read, and the second is its end.
    long limit = Long.parseLong(Files.readAllLines(setting).getFirst().strip());
    if (limit < needed) {
      problems.add(
          "fs.inotify.max_user_instances is "
              + limit
              + ": raise it with 'sysctl fs.inotify.max_user_instances=512'");
    }
  }

  private void checkCgroups() throws IOException {
    switch (Cgroups.version()) {
      case V1 -> {}
      case V2 -> {
        List<String> missing = Cgroups.missingOfV2();
        if (!missing.isEmpty()) {
          problems.add(
              "control groups version 2 have no "
                  + String.join(", ", missing)
                  + ": unmount those of version 1, or start the machine with"
                  + " 'systemd.unified_cgroup_hierarchy=1'");
        }
      }
      case NONE ->
          problems.add(
              "no control groups are mounted in /sys/fs/cgroup: mount version 2 with 'mount -t"
                  + " cgroup2 none /sys/fs/cgroup'");
    }
  }

  private void checkPorts() throws IOException {
    List<Listener> listeners = Listener.all();
    for (int port : Addresses.machinePorts(members)) {
      for (Listener listener : listeners) {
        if (listener.port() == port && listener.takesLoopback()) {
          problems.add(
              "port " + port + " is in use by " + listener.holder() + ": end it, then try again");
          break;
        }
      }
    }
  }

  private void checkLeftovers() throws IOException {
    for (String thing : Fabric.present(nodes)) {
      problems.add(thing + " is there already: './kontiki down' removes what an earlier run left");
    }
    String network = "10.200.0.";
    if (Program.run("ip", "-4", "-o", "addr").contains(" " + network)
        && Fabric.present(nodes).isEmpty()) {
      problems.add("an interface has an address in 10.200.0.0/24, which the nodes need: remove it");
    }
  }
}
