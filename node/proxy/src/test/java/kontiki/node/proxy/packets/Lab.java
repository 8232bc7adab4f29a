package kontiki.node.proxy.packets;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import kontiki.node.proxy.program.Program;

/**
 * A node with two pods, and a machine outside of it that also has a pod of another node, all in
 * network namespaces. Servers answer with their own name and the address they see.
 */
final class Lab implements AutoCloseable {

  static final String NODE_ADDRESS = "10.200.0.11";
  static final String OUTSIDE_ADDRESS = "10.200.0.1";
  static final String REMOTE_POD = "10.244.2.2";
  private static final int TIMEOUT_MILLIS = 700;

  final String node;
  final String outside;
  final String podA;
  final String podB;
  private final List<AutoCloseable> sockets = new ArrayList<>();

  static boolean isPossible() {
    return "root".equals(System.getProperty("user.name"))
        && (Files.exists(Path.of("/usr/sbin/nft")) || Files.exists(Path.of("/sbin/nft")))
        && Files.exists(Path.of("/usr/bin/nsenter"))
        && (Files.exists(Path.of("/usr/sbin/conntrack")));
  }

  Lab() throws IOException {
    String id = "kl" + ProcessHandle.current().pid() % 100_000;
    node = id + "n";
    outside = id + "o";
    podA = id + "a";
    podB = id + "b";
    try {
      build();
    } catch (IOException failed) {
      close();
      throw failed;
    }
  }

  private void build() throws IOException {
    for (String name : List.of(node, outside, podA, podB)) {
      run("ip netns add " + name);
      run("ip -n " + name + " link set lo up");
    }
    run("ip link add eth0 netns " + node + " type veth peer name eth0 netns " + outside);
    run("ip -n " + node + " addr add " + NODE_ADDRESS + "/24 dev eth0");
    run("ip -n " + node + " link set eth0 up");
    run("ip -n " + outside + " addr add " + OUTSIDE_ADDRESS + "/24 dev eth0");
    run("ip -n " + outside + " link set eth0 up");
    run("ip -n " + outside + " addr add " + REMOTE_POD + "/32 dev lo");
    run("ip -n " + outside + " route add 10.244.1.0/24 via " + NODE_ADDRESS + " src " + REMOTE_POD);
    run("ip -n " + node + " link add cni0 type bridge");
    run("ip -n " + node + " addr add 10.244.1.1/24 dev cni0");
    run("ip -n " + node + " link set cni0 up");
    run(
        inNode()
            + "sysctl -qw net.ipv4.ip_forward=1 net.bridge.bridge-nf-call-iptables=1"
            + " net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0"
            + " net.ipv4.conf.eth0.rp_filter=0 net.ipv4.conf.all.route_localnet=1");
    run("ip -n " + node + " route add 10.96.0.0/16 dev eth0 src " + NODE_ADDRESS);
    run("ip -n " + node + " route add 10.244.2.0/24 via " + OUTSIDE_ADDRESS);
    pod(podA, "10.244.1.2");
    pod(podB, "10.244.1.3");
  }

  private void pod(String name, String address) throws IOException {
    String port = "v" + name;
    run("ip link add " + port + " netns " + node + " type veth peer name eth0 netns " + name);
    run("ip -n " + node + " link set " + port + " master cni0 up");
    run("ip -n " + node + " link set " + port + " type bridge_slave hairpin on");
    run("ip -n " + name + " addr add " + address + "/24 dev eth0");
    run("ip -n " + name + " link set eth0 up");
    run("ip -n " + name + " route add default via 10.244.1.1");
  }

  private String inNode() {
    return "nsenter --net=/run/netns/" + node + " -- ";
  }

  /** A command inside the node, word by word. */
  List<String> nodeCommand(String... words) {
    List<String> command = new ArrayList<>(List.of(inNode().strip().split(" ")));
    command.addAll(List.of(words));
    return command;
  }

  static String run(String command) throws IOException {
    return Program.run(command.split(" "));
  }

  /** Starts a TCP server that answers each connection with its name and the client's address. */
  void serveTcp(String namespace, String name, String address, int port) throws Exception {
    ServerSocketChannel server =
        Namespace.in(
            namespace,
            () ->
                ServerSocketChannel.open(StandardProtocolFamily.INET)
                    .bind(new InetSocketAddress(address, port)));
    sockets.add(server);
    Thread.ofPlatform()
        .daemon()
        .start(() -> {
          try {
            while (true) {
              try (SocketChannel client = server.accept()) {
                client.write(answer(name, (InetSocketAddress) client.getRemoteAddress()));
              }
            }
          } catch (IOException closed) {
            // The lab is closed.
          }
        });
  }

  /** Starts a UDP server that answers each datagram with its name and the client's address. */
  void serveUdp(String namespace, String name, String address, int port) throws Exception {
    DatagramChannel server =
        Namespace.in(
            namespace,
            () ->
                DatagramChannel.open(StandardProtocolFamily.INET)
                    .bind(new InetSocketAddress(address, port)));
    sockets.add(server);
    Thread.ofPlatform()
        .daemon()
        .start(() -> {
          ByteBuffer buffer = ByteBuffer.allocate(1500);
          try {
            while (true) {
              buffer.clear();
              InetSocketAddress client = (InetSocketAddress) server.receive(buffer);
              server.send(answer(name, client), client);
            }
          } catch (IOException closed) {
            // The lab is closed.
          }
        });
  }

  private static ByteBuffer answer(String name, InetSocketAddress client) {
    String text = name + " " + client.getAddress().getHostAddress();
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Connects and returns the answer, such as {@code a 10.244.1.3}. */
  String tcp(String namespace, String address, int port) throws Exception {
    return Namespace.in(
        namespace,
        () -> {
          try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(address, port), TIMEOUT_MILLIS);
            socket.setSoTimeout(TIMEOUT_MILLIS);
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
          }
        });
  }

  /** A UDP socket of the namespace, connected to the address. */
  DatagramChannel udp(String namespace, String address, int port) throws Exception {
    DatagramChannel client =
        Namespace.in(
            namespace,
            () ->
                DatagramChannel.open(StandardProtocolFamily.INET)
                    .connect(new InetSocketAddress(address, port)));
    sockets.add(client);
    return client;
  }

  /** Sends a datagram and returns the answer. */
  static String ask(DatagramChannel client) throws IOException {
    client.write(ByteBuffer.wrap(new byte[] {'?'}));
    client.socket().setSoTimeout(TIMEOUT_MILLIS);
    byte[] bytes = new byte[1500];
    java.net.DatagramPacket packet = new java.net.DatagramPacket(bytes, bytes.length);
    client.socket().receive(packet);
    return new String(bytes, 0, packet.getLength(), StandardCharsets.UTF_8);
  }

  @Override
  public void close() throws IOException {
    for (AutoCloseable socket : sockets) {
      try {
        socket.close();
      } catch (Exception failed) {
        throw new IOException("cannot close a socket of the lab", failed);
      }
    }
    for (String name : List.of(podA, podB, node, outside)) {
      if (Files.exists(Path.of("/run/netns/" + name))) {
        run("ip netns del " + name);
      }
    }
  }
}
