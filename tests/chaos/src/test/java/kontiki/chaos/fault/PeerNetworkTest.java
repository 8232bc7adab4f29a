package kontiki.chaos.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A member that echoes stands behind the network; clients pose as members by their port. */
class PeerNetworkTest {
  private static final int SILENCE_MILLIS = 200;
  private static final int ANSWER_MILLIS = 10_000;

  private final Map<Integer, String> memberOfPort = new ConcurrentHashMap<>();
  private final PeerNetwork network =
      new PeerNetwork(port -> Optional.ofNullable(memberOfPort.get(port)));
  private ServerSocket echo;
  private int port;

  @BeforeEach
  void start() throws IOException {
    echo = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(this::serve);
    port = network.add("m1", echo.getLocalPort());
    network.add("m2", echo.getLocalPort());
    network.add("m3", echo.getLocalPort());
  }

  private void serve() {
    while (!echo.isClosed()) {
      try {
        var socket = echo.accept();
        Thread.ofVirtual()
            .start(() -> {
              try (socket) {
                socket.getInputStream().transferTo(socket.getOutputStream());
              } catch (IOException gone) {
                return;
              }
            });
      } catch (IOException closed) {
        return;
      }
    }
  }

  @AfterEach
  void stop() throws IOException {
    network.close();
    echo.close();
  }

  /** A connection to m1 that the network takes for the given member's. */
  private Socket connectAs(String member) throws IOException {
    var socket = new Socket();
    socket.bind(new java.net.InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    memberOfPort.put(socket.getLocalPort(), member);
    socket.connect(new java.net.InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    return socket;
  }

  private static void send(Socket socket, int value) throws IOException {
    socket.getOutputStream().write(value);
  }

  private static int receive(Socket socket, int millis) throws IOException {
    socket.setSoTimeout(millis);
    return socket.getInputStream().read();
  }

  @Test
  void forwardsUntilCutAndDeliversLateWhenHealed() throws IOException {
    try (var m2 = connectAs("m2")) {
      send(m2, 1);
      assertThat(receive(m2, ANSWER_MILLIS)).isEqualTo(1);
      network.partition(Set.of("m1"));
      send(m2, 2);
      assertThatThrownBy(() -> receive(m2, SILENCE_MILLIS))
          .isInstanceOf(SocketTimeoutException.class);
      network.heal();
      assertThat(receive(m2, ANSWER_MILLIS)).isEqualTo(2);
    }
  }

  @Test
  void membersOfOneSideStillMeet() throws IOException {
    network.partition(Set.of("m1", "m2"));
    try (var m2 = connectAs("m2");
        var m3 = connectAs("m3")) {
      send(m2, 1);
      send(m3, 2);
      assertThat(receive(m2, ANSWER_MILLIS)).isEqualTo(1);
      assertThatThrownBy(() -> receive(m3, SILENCE_MILLIS))
          .isInstanceOf(SocketTimeoutException.class);
    }
  }

  @Test
  void hidesTheEndOfAConnectionWhileCut() throws IOException {
    try (var m2 = connectAs("m2")) {
      send(m2, 1);
      assertThat(receive(m2, ANSWER_MILLIS)).isEqualTo(1);
      network.partition(Set.of("m2"));
      m2.shutdownOutput();
      assertThatThrownBy(() -> receive(m2, SILENCE_MILLIS))
          .isInstanceOf(SocketTimeoutException.class);
      network.heal();
      assertThat(receive(m2, ANSWER_MILLIS)).isEqualTo(-1);
    }
  }
}
