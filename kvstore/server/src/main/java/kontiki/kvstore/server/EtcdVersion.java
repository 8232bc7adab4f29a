package kontiki.kvstore.server;

/**
 * The etcd release whose protocol this server speaks. Clients decide by it: kube-apiserver trusts
 * RequestProgress from 3.5.13 on.
 */
public final class EtcdVersion {
  public static final String SERVER = "3.6.14";
  public static final String CLUSTER = "3.6.0";
  public static final String STORAGE = "3.6.0";

  private EtcdVersion() {}
}
