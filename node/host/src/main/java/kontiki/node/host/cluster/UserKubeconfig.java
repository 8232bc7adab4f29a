package kontiki.node.host.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.UserPrincipal;
import java.util.Objects;
import java.util.Optional;
import kontiki.orchestrator.client.KubeConfig;

/**
 * The kubeconfig of the person who started the cluster, as kind treats it: a context is added and
 * taken away, everything else stays. The file as it was is kept beside it until then.
 */
public final class UserKubeconfig {

  private static final String BACKUP_SUFFIX = ".before-kontiki";

  /** Whose a file is. */
  private record Owner(UserPrincipal user, GroupPrincipal group) {
    static Owner of(Path path) throws IOException {
      PosixFileAttributes attributes = Files.readAttributes(path, PosixFileAttributes.class);
      return new Owner(attributes.owner(), attributes.group());
    }
  }

  private final Path file;

  public UserKubeconfig(Path file) {
    this.file = file;
  }

  /**
   * The file of the invoking user: the first that KUBECONFIG names, or else that in the home folder
   * of whoever called sudo, or else of the present user.
   */
  public static Path locate() throws IOException {
    String named = System.getenv("KUBECONFIG");
    if (named != null && !named.isBlank()) {
      return Path.of(named.split(":")[0]).toAbsolutePath();
    }
    return home().resolve(".kube").resolve("config");
  }

  private static Path home() throws IOException {
    String user = System.getenv("SUDO_USER");
    if (user != null && !user.isEmpty() && !user.equals("root")) {
      for (String line : Files.readAllLines(Path.of("/etc/passwd"))) {
        String[] fields = line.split(":", -1);
        if (fields[0].equals(user) && fields.length > 5) {
          return Path.of(fields[5]);
        }
      }
    }
    String home = System.getenv("HOME");
    return Path.of(home == null || home.isEmpty() ? System.getProperty("user.home") : home);
  }

  /**
   * Reads the file, so that what is wrong with it is known before anything is made.
   *
   * @throws IOException if it is there and is no kubeconfig; it stays as it is
   */
  public void check() throws IOException {
    if (Files.exists(file)) {
      load(file);
    }
  }

  private static KubeConfig load(Path file) throws IOException {
    try {
      return KubeConfig.load(file);
    } catch (IOException unusable) {
      if (!(unusable.getCause() instanceof IllegalArgumentException broken)) {
        throw unusable;
      }
      throw new IOException(
          file
              + " is no kubeconfig ("
              + String.valueOf(broken.getMessage()).lines().findFirst().orElse("")
              + "): mend it or move it away; it was not touched",
          broken);
    }
  }

  private Path backup() {
    return file.resolveSibling(file.getFileName() + BACKUP_SUFFIX);
  }

  /** Adds the entries of {@code added} and makes its context the current one. */
  public void merge(KubeConfig added) throws IOException {
    KubeConfig before = KubeConfig.empty();
    Path folder = Objects.requireNonNull(file.toAbsolutePath().getParent());
    Optional<Owner> owner = owner(folder);
    boolean isNew = !Files.exists(folder);
    if (Files.exists(file)) {
      before = load(file);
      owner = owner(file);
      if (!before.contexts().contains(added.currentContext())) {
        Files.copy(
            file,
            backup(),
            StandardCopyOption.REPLACE_EXISTING,
            StandardCopyOption.COPY_ATTRIBUTES);
        own(backup(), owner);
      }
    }
    before.merge(added).withCurrentContext(added.currentContext()).write(file);
    own(file, owner);
    if (isNew) {
      own(folder, owner);
    }
  }

  /** Takes the context away; a file that held nothing else is removed. */
  public void remove(String context) throws IOException {
    if (!Files.exists(file)) {
      return;
    }
    KubeConfig now = load(file);
    if (!now.contexts().contains(context)) {
      return;
    }
    Optional<Owner> owner = owner(file);
    KubeConfig left = now.without(context);
    if (Files.exists(backup()) && sameEntries(left)) {
      Files.move(
          backup(), file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } else if (left.contexts().isEmpty() && !Files.exists(backup())) {
      Files.delete(file);
    } else {
      left.write(file);
      own(file, owner);
    }
  }

  /** Whether nobody has changed the file since the backup, apart from the current context. */
  private boolean sameEntries(KubeConfig left) throws IOException {
    KubeConfig old = load(backup());
    return left.withCurrentContext("").yaml().equals(old.withCurrentContext("").yaml());
  }

  /** Who owns it, or the first folder above it that exists. */
  private static Optional<Owner> owner(Path start) throws IOException {
    for (Path there = start; there != null; there = there.getParent()) {
      if (Files.exists(there)) {
        return Optional.of(Owner.of(there));
      }
    }
    return Optional.empty();
  }

  private static void own(Path path, Optional<Owner> owner) throws IOException {
    if (owner.isPresent() && !Owner.of(path).equals(owner.get())) {
      PosixFileAttributeView view =
          Files.getFileAttributeView(path, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
      view.setOwner(owner.get().user());
      view.setGroup(owner.get().group());
    }
  }
}
