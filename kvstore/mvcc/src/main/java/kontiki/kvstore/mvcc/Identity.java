package kontiki.kvstore.mvcc;

/**
 * As whom a request was made, and by which users and roles that was found out.
 *
 * @param user may be a name that no user has
 * @param revision of the {@link AuthState}; 0: nobody said who they are
 */
public record Identity(String user, long revision) {
  public static final Identity NOBODY = new Identity("", 0);
}
