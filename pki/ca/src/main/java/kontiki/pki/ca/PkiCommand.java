package kontiki.pki.ca;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.BiFunction;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code kontiki pki}: makes, lists and checks the certificates of a cluster. */
@Command(
    name = "pki",
    description = "Make and check certificates.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {PkiCommand.Init.class, PkiCommand.Show.class, PkiCommand.Verify.class},
    footerHeading = "%nExamples:%n",
    footer = {
      "  # everything for three store members and one node, below ./pki",
      "  kontiki pki init --dir pki --members m1=10.0.0.1,m2=10.0.0.2,m3=10.0.0.3 \\",
      "      --nodes n1=10.0.0.11 --api-server-san 10.0.0.1,api.example.com",
      "  # when does what expire?",
      "  kontiki pki list --dir pki",
      "  # is everything as it must be? (exit code 1 if not)",
      "  kontiki pki verify --dir pki"
    })
public final class PkiCommand implements Runnable {
  static final int DEFECTS = 1;

  @Spec private CommandSpec spec = CommandSpec.create();

  /** Without a subcommand: the help. */
  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }

  /** Where the certificates are. */
  static final class Place {
    @Option(
        names = "--dir",
        paramLabel = "DIR",
        defaultValue = "/var/lib/kontiki/pki",
        description = "Directory of the certificates (default: ${DEFAULT-VALUE}).")
    private Path directory = Path.of("/var/lib/kontiki/pki");

    Path path() {
      return directory;
    }
  }

  /** {@code kontiki pki init}. */
  @Command(
      name = "init",
      mixinStandardHelpOptions = true,
      description = {
        "Make the five authorities, and the certificates and keys of a cluster.",
        "What is there and still serves is kept; a certificate that has expired or misses a name"
            + " is issued anew; an authority is never replaced."
      },
      footerHeading = "%nExamples:%n",
      footer = {
        "  kontiki pki init --dir pki --members m1",
        "  kontiki pki init --dir pki --members m1=10.0.0.1+store1.example.com,m2=10.0.0.2 \\",
        "      --nodes n1=10.0.0.11,n2=10.0.0.12 --api-server-san 10.0.0.1"
      })
  static final class Init implements Callable<Integer> {
    @Spec private CommandSpec spec = CommandSpec.create();
    @picocli.CommandLine.Mixin private Place place = new Place();

    @Option(
        names = "--members",
        required = true,
        split = ",",
        paramLabel = "NAME[=SAN[+SAN]]",
        description = "Store members, with the names and addresses they are reached by.")
    private String[] members = {};

    @Option(
        names = "--nodes",
        split = ",",
        paramLabel = "NAME[=SAN[+SAN]]",
        description = "Nodes, with their addresses.")
    private String[] nodes = {};

    @Option(
        names = "--api-server-san",
        split = ",",
        paramLabel = "SAN",
        description = "Further names and addresses of the API server.")
    private String[] apiServerSans = {};

    @Option(
        names = "--cluster-domain",
        defaultValue = "cluster.local",
        paramLabel = "ZONE",
        description = "DNS zone of services (default: ${DEFAULT-VALUE}).")
    private String clusterDomain = "cluster.local";

    @Option(
        names = "--service-address",
        defaultValue = "10.96.0.1",
        paramLabel = "IP",
        description = "Address of the service 'kubernetes' (default: ${DEFAULT-VALUE}).")
    private String serviceAddress = "10.96.0.1";

    @Override
    public Integer call() throws IOException {
      ClusterPlan plan =
          new ClusterPlan(
              parse(members, ClusterPlan.Member::new),
              parse(nodes, ClusterPlan.NodePlan::new),
              List.of(apiServerSans),
              clusterDomain,
              serviceAddress);
      boolean there = Files.exists(place.path());
      PkiDirectory made = PkiDirectory.create(place.path(), plan, InstantSource.system());
      int certificates = 0;
      for (CertificateSet set : CertificateSet.values()) {
        certificates += PkiVerifier.names(made, set).size();
      }
      PrintWriter out = spec.commandLine().getOut();
      out.printf(
          "%s: %d authorities, %d certificates and the service-account key are %s%n",
          place.path(), CertificateSet.values().length, certificates, there ? "complete" : "made");
      return 0;
    }

    private <T> List<T> parse(String[] all, BiFunction<String, List<String>, T> maker) {
      return Arrays.stream(all).map(one -> parse(one, maker)).toList();
    }

    private <T> T parse(String one, BiFunction<String, List<String>, T> maker) {
      int equals = one.indexOf('=');
      String name = equals < 0 ? one : one.substring(0, equals);
      List<String> sans = equals < 0 ? List.of() : List.of(one.substring(equals + 1).split("\\+"));
      if (sans.stream().anyMatch(String::isBlank)) {
        throw new ParameterException(
            spec.commandLine(), "'" + one + "' is not of the form NAME[=SAN[+SAN]]");
      }
      return maker.apply(name, sans);
    }
  }

  /** {@code kontiki pki list}. */
  @Command(
      name = "list",
      mixinStandardHelpOptions = true,
      description = "Show every certificate: when it expires, and whose it is.")
  static final class Show implements Callable<Integer> {
    @Spec private CommandSpec spec = CommandSpec.create();
    @picocli.CommandLine.Mixin private Place place = new Place();

    @Override
    public Integer call() throws IOException {
      PrintWriter out = spec.commandLine().getOut();
      PkiDirectory directory = PkiDirectory.open(place.path());
      PkiTable.of(directory, InstantSource.system().instant()).forEach(out::println);
      return 0;
    }
  }

  /** {@code kontiki pki verify}. */
  @Command(
      name = "verify",
      mixinStandardHelpOptions = true,
      description = {
        "Check every chain, key, file mode, name and date.",
        "Prints one line a defect; the exit code is 1 if there is one."
      })
  static final class Verify implements Callable<Integer> {
    @Spec private CommandSpec spec = CommandSpec.create();
    @picocli.CommandLine.Mixin private Place place = new Place();

    @Override
    public Integer call() throws IOException {
      PrintWriter out = spec.commandLine().getOut();
      PkiDirectory directory = PkiDirectory.open(place.path());
      List<String> defects = PkiVerifier.verify(directory, InstantSource.system().instant());
      defects.forEach(out::println);
      if (defects.isEmpty()) {
        out.println(place.path() + ": every certificate and key is as it must be");
      }
      return defects.isEmpty() ? 0 : DEFECTS;
    }
  }
}
