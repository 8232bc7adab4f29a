package kontiki.node.kubelet.image;

/** A processor that images can be made for; {@link #oci()} is its name in image manifests. */
public enum Architecture {
  AMD64("amd64"),
  ARM64("arm64");

  private final String oci;

  Architecture(String oci) {
    this.oci = oci;
  }

  public String oci() {
    return oci;
  }

  /** The architecture that a JVM reports in its {@code os.arch} property. */
  public static Architecture of(String osArch) {
    return switch (osArch) {
      case "amd64", "x86_64" -> AMD64;
      case "aarch64", "arm64" -> ARM64;
      default ->
          throw new IllegalArgumentException(
              "no images can be made for a processor of type " + osArch + ": use amd64 or arm64");
    };
  }

  /** The architecture of this machine. */
  public static Architecture host() {
    return of(System.getProperty("os.arch", ""));
  }
}
