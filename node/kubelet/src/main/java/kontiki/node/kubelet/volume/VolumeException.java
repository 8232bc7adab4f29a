package kontiki.node.kubelet.volume;

/** A volume cannot be made (yet): what it comes from is missing, or the node refuses. */
public final class VolumeException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public VolumeException(String volume, String why) {
    super("MountVolume.SetUp failed for volume \"" + volume + "\" : " + why);
  }
}
