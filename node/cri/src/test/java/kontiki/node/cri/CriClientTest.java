package kontiki.node.cri;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.grpc.Server;
import io.grpc.Status;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import kontiki.node.cri.CriException.Reason;
import kontiki.node.cri.pb.RemoveContainerRequest;
import kontiki.node.cri.pb.RemoveContainerResponse;
import kontiki.node.cri.pb.RuntimeServiceGrpc;
import kontiki.node.cri.pb.StartContainerRequest;
import kontiki.node.cri.pb.StartContainerResponse;
import kontiki.node.cri.pb.VersionRequest;
import kontiki.node.cri.pb.VersionResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CriClientTest {
  @TempDir Path directory;

  private static final class Engine extends RuntimeServiceGrpc.RuntimeServiceImplBase {
    @Override
    public void version(VersionRequest request, StreamObserver<VersionResponse> observer) {
      observer.onNext(VersionResponse.newBuilder().setRuntimeName("test").build());
      observer.onCompleted();
    }

    @Override
    public void startContainer(
        StartContainerRequest request, StreamObserver<StartContainerResponse> observer) {
      observer.onError(Status.UNKNOWN.withDescription("no such binary").asRuntimeException());
    }

    @Override
    public void removeContainer(
        RemoveContainerRequest request, StreamObserver<RemoveContainerResponse> observer) {
      observer.onError(Status.NOT_FOUND.withDescription("gone").asRuntimeException());
    }
  }

  @Test
  void anEngineThatComesBackIsReachedAgain() throws Exception {
    Path socket = directory.resolve("engine.sock");
    try (CriClient client = CriClient.open("unix://" + socket)) {
      assertThatThrownBy(client::version)
          .asInstanceOf(type(CriException.class))
          .extracting(CriException::reason)
          .isEqualTo(Reason.UNAVAILABLE);
      for (int restart = 0; restart < 2; restart++) {
        try (Running engine = Running.at(socket)) {
          assertThat(versionWhenUp(client)).isEqualTo("test");
          assertThatThrownBy(() -> client.startContainer("c"))
              .hasMessage("no such binary")
              .asInstanceOf(type(CriException.class))
              .extracting(CriException::reason)
              .isEqualTo(Reason.FAILED);
          client.removeContainer("c");
          assertThatThrownBy(() -> client.stopContainer("c", 1))
              .asInstanceOf(type(CriException.class))
              .extracting(CriException::reason)
              .isEqualTo(Reason.UNIMPLEMENTED);
        }
      }
    }
  }

  @Test
  void anEndpointThatIsNoUnixSocketIsRefused() {
    assertThat(CriClient.socketPath("unix:///run/c.sock")).isEqualTo(Path.of("/run/c.sock"));
    assertThat(CriClient.socketPath("/run/c.sock")).isEqualTo(Path.of("/run/c.sock"));
    assertThatThrownBy(() -> CriClient.socketPath("tcp://1.2.3.4:5"))
        .hasMessageContaining("is not a unix socket");
  }

  private static String versionWhenUp(CriClient client) {
    String[] name = new String[1];
    CriContract.await(() -> {
      try {
        name[0] = client.version().getRuntimeName();
        return true;
      } catch (CriException notYet) {
        return false;
      }
    });
    return name[0];
  }

  private record Running(Server server, MultiThreadIoEventLoopGroup loop, Path socket)
      implements AutoCloseable {
    static Running at(Path socket) throws Exception {
      var loop = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
      Server server =
          NettyServerBuilder.forAddress(new DomainSocketAddress(socket.toFile()))
              .channelType(EpollServerDomainSocketChannel.class)
              .bossEventLoopGroup(loop)
              .workerEventLoopGroup(loop)
              .addService(new Engine())
              .build()
              .start();
      return new Running(server, loop, socket);
    }

    @Override
    public void close() throws Exception {
      server.shutdownNow().awaitTermination();
      var unused = loop.shutdownGracefully();
      Files.deleteIfExists(socket);
    }
  }
}
