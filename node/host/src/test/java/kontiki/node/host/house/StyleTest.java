package kontiki.node.host.house;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The rules of style that a machine can check, at error level. */
class StyleTest {
  /** Classes that may open a TCP listener, and why. */
  private static final Set<String> LISTENERS =
      Set.of(
          // The one server: every listener of the product is made here, so none can be plaintext.
          "kontiki.pki.transport",
          // A byte-level proxy between members, on loopback, that cuts and delays their traffic.
          "kontiki.chaos.fault");

  /** Suppressions that were read and found right; nothing else may be suppressed. */
  private static final Set<String> REVIEWED_SUPPRESSIONS = Set.of();

  private static final Pattern SLEEP =
      Pattern.compile("Thread\\.sleep|TimeUnit\\.[A-Z]+\\.sleep|LockSupport\\.park");
  private static final Pattern MOCKS = Pattern.compile("org\\.mockito|easymock|powermock|jmockit");

  @Test
  void noTestSleepsOrMocks() throws IOException {
    List<String> wrong = new ArrayList<>();
    for (House.Module module : House.MODULES) {
      for (Path file : House.javaFiles(module.testSources())) {
        if (file.endsWith("StyleTest.java")) {
          continue;
        }
        String text = Files.readString(file);
        if (SLEEP.matcher(text).find() || MOCKS.matcher(text).find()) {
          wrong.add(House.ROOT.relativize(file).toString());
        }
      }
    }
    assertThat(wrong).as("tests that sleep (wait for a condition) or mock").isEmpty();
  }

  @Test
  void nothingIsSuppressedUnread() throws IOException {
    List<String> wrong = new ArrayList<>();
    for (House.Module module : House.MODULES) {
      for (Path file : House.javaFiles(module.sources())) {
        String name = House.ROOT.relativize(file).toString();
        if (Files.readString(file).contains("@SuppressWarnings")
            && !REVIEWED_SUPPRESSIONS.contains(name)) {
          wrong.add(name);
        }
      }
    }
    assertThat(wrong).as("suppressions that are not in the reviewed list").isEmpty();
  }

  @Test
  void replicatedCodeNeverIteratesInHashOrder() {
    assertThat(
            accesses(
                "kvstore/mvcc",
                target ->
                    Set.of("java.util.HashMap", "java.util.HashSet")
                            .contains(target.getOwner().getName())
                        || (Set.of("java.util.Map", "java.util.Set")
                                .contains(target.getOwner().getName())
                            && Set.of("of", "ofEntries", "copyOf").contains(target.getName()))))
        .isEmpty();
  }

  @Test
  void pureModulesHaveNoClockRandomnessThreadOrSocket() {
    for (String pure : List.of("kvstore/mvcc", "orchestrator/api")) {
      assertThat(accesses(pure, StyleTest::isEffect)).as("effects in %s", pure).isEmpty();
    }
  }

  @Test
  void onlyTheTransportOpensTcpListeners() {
    Set<String> listeners =
        Set.of(
            "java.net.ServerSocket",
            "java.nio.channels.ServerSocketChannel",
            "java.nio.channels.AsynchronousServerSocketChannel",
            "javax.net.ServerSocketFactory",
            "javax.net.ssl.SSLServerSocketFactory",
            "com.sun.net.httpserver.HttpServer",
            "io.netty.bootstrap.ServerBootstrap",
            "io.grpc.netty.NettyServerBuilder");
    List<String> wrong = new ArrayList<>();
    for (House.Module module : House.MODULES) {
      for (JavaClass one : new ClassFileImporter().importPath(module.classes())) {
        if (LISTENERS.stream().anyMatch(allowed -> House.isIn(one.getPackageName(), allowed))) {
          continue;
        }
        one.getAccessesFromSelf().stream()
            .filter(access -> listeners.contains(access.getTargetOwner().getName()))
            .map(JavaAccess::getDescription)
            .forEach(wrong::add);
      }
    }
    assertThat(wrong).isEmpty();
  }

  private static boolean isEffect(AccessTarget target) {
    String owner = target.getOwner().getName();
    String name = target.getName();
    return switch (owner) {
      case "java.lang.System" -> name.equals("currentTimeMillis") || name.equals("nanoTime");
      case "java.lang.Math" -> name.equals("random");
      case "java.time.Instant", "java.time.LocalDateTime", "java.time.ZonedDateTime" ->
          name.equals("now");
      case "java.util.UUID" -> name.equals("randomUUID");
      case "java.lang.Thread" -> !name.equals("currentThread") && !name.equals("interrupt");
      default ->
          owner.equals("java.util.Random")
              || owner.equals("java.security.SecureRandom")
              || owner.equals("java.util.concurrent.ThreadLocalRandom")
              || owner.equals("java.util.concurrent.Executors")
              || owner.startsWith("java.net.Socket")
              || owner.equals("java.io.FileOutputStream")
              || owner.equals("java.io.FileInputStream");
    };
  }

  private static List<String> accesses(String folder, Predicate<AccessTarget> forbidden) {
    House.Module module =
        House.MODULES.stream().filter(one -> one.folder().equals(folder)).findFirst().orElseThrow();
    return new ClassFileImporter()
        .importPath(module.classes()).stream()
            .flatMap(one -> one.getAccessesFromSelf().stream())
            .filter(access -> forbidden.test(access.getTarget()))
            .map(JavaAccess::getDescription)
            .toList();
  }
}
