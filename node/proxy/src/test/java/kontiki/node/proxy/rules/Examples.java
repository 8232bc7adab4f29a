package kontiki.node.proxy.rules;

import java.util.List;

/** Services that tests talk about. */
final class Examples {

  static final String PODS = "10.244.0.0/16";
  static final String SERVICES = "10.96.0.0/16";

  private Examples() {}

  static Endpoint ready(String address, boolean local) {
    return new Endpoint(address, 8080, local, true, true, false);
  }

  static Endpoint ending(String address, boolean local) {
    return new Endpoint(address, 8080, local, false, true, true);
  }

  static ServicePort web(Endpoint... endpoints) {
    return new ServicePort(
        "default/web/tcp/http",
        Protocol.TCP,
        List.of("10.96.0.80"),
        List.of(),
        List.of(),
        80,
        30080,
        false,
        false,
        0,
        List.of(endpoints));
  }

  static ServicePort sticky(int seconds, Endpoint... endpoints) {
    return new ServicePort(
        "default/sticky/tcp/http",
        Protocol.TCP,
        List.of("10.96.0.81"),
        List.of(),
        List.of(),
        80,
        0,
        false,
        false,
        seconds,
        List.of(endpoints));
  }

  static ServicePort localOnly(Endpoint... endpoints) {
    return new ServicePort(
        "default/local/tcp/http",
        Protocol.TCP,
        List.of("10.96.0.82"),
        List.of("192.0.2.7"),
        List.of("10.200.0.0/24"),
        80,
        30082,
        true,
        true,
        0,
        List.of(endpoints));
  }

  static ServicePort dns(Endpoint... endpoints) {
    return new ServicePort(
        "kube-system/dns/udp/dns",
        Protocol.UDP,
        List.of("10.96.0.10"),
        List.of(),
        List.of(),
        53,
        30053,
        false,
        false,
        0,
        List.of(endpoints));
  }
}
