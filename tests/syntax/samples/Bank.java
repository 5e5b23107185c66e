package org.example.bank;

import java.util.*;
import static java.util.Objects.requireNonNull;

/** A bank. */
public final class Bank<T extends Account> extends Firm implements Iterable<T>, AutoCloseable {
    private static final Bank<Account> INSTANCE = new Bank<>();
    @Inject protected Map<String, List<T>> accounts, closed;

    private Bank() { super("bank"); }

    Bank(String name, T... first) { super(name); }

    @Override
    public Iterator<T> iterator() { return null; }

    /**
     * Opens an account.
     * @param owner who
     */
    @Deprecated @Audited("open")
    public synchronized <K> T open(final String owner, int[] pin) throws BankException {
        Function<String, Integer> size = s -> s.length();
        try {
            for (int digit : pin) {
                if (digit < 0 || digit > 9) { throw new BankException(); }
            }
        } catch (BankException e) {
        }
        switch (owner) {
            case "a": return null;
            case "b": return null;
            default: return null;
        }
    }

    T open(String owner) { return owner == null ? null : open(owner, null); }

    @Override public void close() { }

    interface Account { long balance(); default boolean empty() { return balance() == 0; } }

    enum Kind { GIRO, SAVINGS; Kind next() { return GIRO; } }

    record Entry(String what, long cents) { }
}
