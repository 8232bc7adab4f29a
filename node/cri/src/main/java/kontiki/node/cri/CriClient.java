package kontiki.node.cri;

import static java.util.concurrent.TimeUnit.SECONDS;

import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import kontiki.node.cri.pb.*;

/**
 * The {@link CriRuntime} behind a unix socket. Safe for use from any thread; one connection, which
 * comes back by itself after the engine was restarted. Every call has a deadline.
 */
public final class CriClient implements CriRuntime, AutoCloseable {
  /** Questions about state. */
  static final int QUERY_SECONDS = 20;

  /** Changes, after the kubelet's runtime request timeout of two minutes. */
  static final int CHANGE_SECONDS = 120;

  /** Making a sandbox calls network plugins, which may queue for each other. */
  static final int SANDBOX_SECONDS = 240;

  /** A pull of a large image over a slow line. */
  static final int PULL_SECONDS = 900;

  /** A command without a timeout of its own. */
  static final int EXEC_SECONDS = 600;

  /** What a call may take beyond a timeout that the engine itself keeps. */
  static final int GRACE_SECONDS = 10;

  /** The largest answer, a list of all containers of a full node, is far below. */
  static final int MAX_MESSAGE_BYTES = 16 << 20;

  private final ManagedChannel channel;
  private final EventLoopGroup loop;

  private CriClient(ManagedChannel channel, EventLoopGroup loop) {
    this.channel = channel;
    this.loop = loop;
  }

  /**
   * Opens a client; the connection is made with the first call.
   *
   * @param endpoint a path or {@code unix:///path}
   */
  public static CriClient open(String endpoint) {
    return open(socketPath(endpoint));
  }

  /** Opens a client on a socket file, which need not exist yet. */
  public static CriClient open(Path socket) {
    EventLoopGroup loop =
        new MultiThreadIoEventLoopGroup(
            1, new DefaultThreadFactory("cri", true), EpollIoHandler.newFactory());
    ManagedChannel channel =
        NettyChannelBuilder.forAddress(new DomainSocketAddress(socket.toFile()))
            .channelType(EpollDomainSocketChannel.class, DomainSocketAddress.class)
            .eventLoopGroup(loop)
            .usePlaintext()
            // Without it the authority is the socket's path, which engines reject.
            .overrideAuthority("localhost")
            // A unix socket has no keep-alive: unset the option that gRPC sets on every channel.
            .withOption(ChannelOption.SO_KEEPALIVE, null)
            .maxInboundMessageSize(MAX_MESSAGE_BYTES)
            .build();
    return new CriClient(channel, loop);
  }

  /** The socket file that an endpoint as in {@code --container-runtime-endpoint} names. */
  public static Path socketPath(String endpoint) {
    String path =
        endpoint.startsWith("unix://") ? endpoint.substring("unix://".length()) : endpoint;
    if (!path.startsWith("/")) {
      throw new IllegalArgumentException(
          "container runtime endpoint \""
              + endpoint
              + "\" is not a unix socket: write it as unix:///path/to/socket");
    }
    return Path.of(path);
  }

  @Override
  public VersionResponse version() {
    return runtime(QUERY_SECONDS, stub -> stub.version(VersionRequest.getDefaultInstance()));
  }

  @Override
  public StatusResponse status(boolean verbose) {
    return runtime(
        QUERY_SECONDS, stub -> stub.status(StatusRequest.newBuilder().setVerbose(verbose).build()));
  }

  @Override
  public String runPodSandbox(PodSandboxConfig config, String runtimeHandler) {
    RunPodSandboxRequest request =
        RunPodSandboxRequest.newBuilder()
            .setConfig(config)
            .setRuntimeHandler(runtimeHandler)
            .build();
    return runtime(SANDBOX_SECONDS, stub -> stub.runPodSandbox(request)).getPodSandboxId();
  }

  @Override
  public void stopPodSandbox(String sandboxId) {
    var request = StopPodSandboxRequest.newBuilder().setPodSandboxId(sandboxId).build();
    ifFound(() -> runtime(CHANGE_SECONDS, stub -> stub.stopPodSandbox(request)));
  }

  @Override
  public void removePodSandbox(String sandboxId) {
    var request = RemovePodSandboxRequest.newBuilder().setPodSandboxId(sandboxId).build();
    ifFound(() -> runtime(CHANGE_SECONDS, stub -> stub.removePodSandbox(request)));
  }

  @Override
  public PodSandboxStatus podSandboxStatus(String sandboxId) {
    var request = PodSandboxStatusRequest.newBuilder().setPodSandboxId(sandboxId).build();
    return runtime(QUERY_SECONDS, stub -> stub.podSandboxStatus(request)).getStatus();
  }

  @Override
  public List<PodSandbox> listPodSandboxes(PodSandboxFilter filter) {
    var request = ListPodSandboxRequest.newBuilder().setFilter(filter).build();
    return runtime(QUERY_SECONDS, stub -> stub.listPodSandbox(request)).getItemsList();
  }

  @Override
  public String createContainer(
      String sandboxId, ContainerConfig config, PodSandboxConfig sandboxConfig) {
    var request =
        CreateContainerRequest.newBuilder()
            .setPodSandboxId(sandboxId)
            .setConfig(config)
            .setSandboxConfig(sandboxConfig)
            .build();
    return runtime(CHANGE_SECONDS, stub -> stub.createContainer(request)).getContainerId();
  }

  @Override
  public void startContainer(String containerId) {
    var request = StartContainerRequest.newBuilder().setContainerId(containerId).build();
    runtime(CHANGE_SECONDS, stub -> stub.startContainer(request));
  }

  @Override
  public void stopContainer(String containerId, long timeoutSeconds) {
    var request =
        StopContainerRequest.newBuilder()
            .setContainerId(containerId)
            .setTimeout(timeoutSeconds)
            .build();
    ifFound(() -> runtime(CHANGE_SECONDS + timeoutSeconds, stub -> stub.stopContainer(request)));
  }

  @Override
  public void removeContainer(String containerId) {
    var request = RemoveContainerRequest.newBuilder().setContainerId(containerId).build();
    ifFound(() -> runtime(CHANGE_SECONDS, stub -> stub.removeContainer(request)));
  }

  @Override
  public List<Container> listContainers(ContainerFilter filter) {
    var request = ListContainersRequest.newBuilder().setFilter(filter).build();
    return runtime(QUERY_SECONDS, stub -> stub.listContainers(request)).getContainersList();
  }

  @Override
  public ContainerStatusResponse containerStatus(String containerId, boolean verbose) {
    var request =
        ContainerStatusRequest.newBuilder().setContainerId(containerId).setVerbose(verbose).build();
    return runtime(QUERY_SECONDS, stub -> stub.containerStatus(request));
  }

  @Override
  public void updateContainerResources(String containerId, LinuxContainerResources resources) {
    var request =
        UpdateContainerResourcesRequest.newBuilder()
            .setContainerId(containerId)
            .setLinux(resources)
            .build();
    runtime(CHANGE_SECONDS, stub -> stub.updateContainerResources(request));
  }

  @Override
  public void reopenContainerLog(String containerId) {
    var request = ReopenContainerLogRequest.newBuilder().setContainerId(containerId).build();
    runtime(CHANGE_SECONDS, stub -> stub.reopenContainerLog(request));
  }

  @Override
  public ExecSyncResponse execSync(String containerId, List<String> command, long timeoutSeconds) {
    var request =
        ExecSyncRequest.newBuilder()
            .setContainerId(containerId)
            .addAllCmd(command)
            .setTimeout(timeoutSeconds)
            .build();
    long deadline = timeoutSeconds == 0 ? EXEC_SECONDS : timeoutSeconds + GRACE_SECONDS;
    return runtime(deadline, stub -> stub.execSync(request));
  }

  @Override
  public String exec(ExecRequest request) {
    return runtime(QUERY_SECONDS, stub -> stub.exec(request)).getUrl();
  }

  @Override
  public String attach(AttachRequest request) {
    return runtime(QUERY_SECONDS, stub -> stub.attach(request)).getUrl();
  }

  @Override
  public String portForward(String sandboxId, List<Integer> ports) {
    var request =
        PortForwardRequest.newBuilder().setPodSandboxId(sandboxId).addAllPort(ports).build();
    return runtime(QUERY_SECONDS, stub -> stub.portForward(request)).getUrl();
  }

  @Override
  public List<ContainerStats> listContainerStats(ContainerStatsFilter filter) {
    var request = ListContainerStatsRequest.newBuilder().setFilter(filter).build();
    return runtime(QUERY_SECONDS, stub -> stub.listContainerStats(request)).getStatsList();
  }

  @Override
  public List<PodSandboxStats> listPodSandboxStats(PodSandboxStatsFilter filter) {
    var request = ListPodSandboxStatsRequest.newBuilder().setFilter(filter).build();
    return runtime(QUERY_SECONDS, stub -> stub.listPodSandboxStats(request)).getStatsList();
  }

  @Override
  public List<Image> listImages() {
    return image(QUERY_SECONDS, stub -> stub.listImages(ListImagesRequest.getDefaultInstance()))
        .getImagesList();
  }

  @Override
  public Optional<Image> imageStatus(ImageSpec image) {
    var request = ImageStatusRequest.newBuilder().setImage(image).build();
    ImageStatusResponse response = image(QUERY_SECONDS, stub -> stub.imageStatus(request));
    return response.hasImage() ? Optional.of(response.getImage()) : Optional.empty();
  }

  @Override
  public String pullImage(ImageSpec image, AuthConfig auth, PodSandboxConfig sandboxConfig) {
    var request =
        PullImageRequest.newBuilder()
            .setImage(image)
            .setAuth(auth)
            .setSandboxConfig(sandboxConfig)
            .build();
    return image(PULL_SECONDS, stub -> stub.pullImage(request)).getImageRef();
  }

  @Override
  public void removeImage(ImageSpec image) {
    var request = RemoveImageRequest.newBuilder().setImage(image).build();
    ifFound(() -> image(CHANGE_SECONDS, stub -> stub.removeImage(request)));
  }

  @Override
  public List<FilesystemUsage> imageFilesystems() {
    return image(QUERY_SECONDS, stub -> stub.imageFsInfo(ImageFsInfoRequest.getDefaultInstance()))
        .getImageFilesystemsList();
  }

  @Override
  public void close() {
    channel.shutdownNow();
    var unused = loop.shutdownGracefully(0, 1, SECONDS);
  }

  private <T> T runtime(
      long seconds, Function<RuntimeServiceGrpc.RuntimeServiceBlockingStub, T> call) {
    return call(() ->
        call.apply(
            RuntimeServiceGrpc.newBlockingStub(channel)
                .withDeadlineAfter(seconds, TimeUnit.SECONDS)));
  }

  private <T> T image(long seconds, Function<ImageServiceGrpc.ImageServiceBlockingStub, T> call) {
    return call(() ->
        call.apply(
            ImageServiceGrpc.newBlockingStub(channel)
                .withDeadlineAfter(seconds, TimeUnit.SECONDS)));
  }

  private <T> T call(Supplier<T> call) {
    try {
      return call.get();
    } catch (StatusRuntimeException failure) {
      CriException.Reason reason = reason(failure.getStatus());
      if (reason == CriException.Reason.UNAVAILABLE) {
        // The next call tries to connect at once instead of after a growing pause.
        channel.resetConnectBackoff();
      }
      String description = failure.getStatus().getDescription();
      throw new CriException(
          reason,
          description == null ? failure.getStatus().getCode().toString() : description,
          failure);
    }
  }

  private static CriException.Reason reason(Status status) {
    return switch (status.getCode()) {
      case NOT_FOUND -> CriException.Reason.NOT_FOUND;
      case UNAVAILABLE -> CriException.Reason.UNAVAILABLE;
      case DEADLINE_EXCEEDED -> CriException.Reason.DEADLINE_EXCEEDED;
      case UNIMPLEMENTED -> CriException.Reason.UNIMPLEMENTED;
      case OK,
          CANCELLED,
          UNKNOWN,
          INVALID_ARGUMENT,
          ALREADY_EXISTS,
          PERMISSION_DENIED,
          RESOURCE_EXHAUSTED,
          FAILED_PRECONDITION,
          ABORTED,
          OUT_OF_RANGE,
          INTERNAL,
          DATA_LOSS,
          UNAUTHENTICATED ->
          CriException.Reason.FAILED;
    };
  }

  private static void ifFound(Runnable call) {
    try {
      call.run();
    } catch (CriException failure) {
      if (failure.reason() != CriException.Reason.NOT_FOUND) {
        throw failure;
      }
    }
  }
}
