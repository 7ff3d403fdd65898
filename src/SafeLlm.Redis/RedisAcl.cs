namespace SafeLlm.Redis;

/// <summary>The least that the stores need of a server's access control.</summary>
public static class RedisAcl
{
    /// <summary>
    /// A rule for <c>ACL SETUSER</c>, a <c>user</c> line of redis.conf or an ACL file: one ledger's keys and channel, the commands that
    /// its scripts run, and what a connection asks of the server. Nothing that reads or changes another ledger.
    /// </summary>
    /// <param name="user">The user's name.</param>
    /// <param name="ledger">The ledger's name.</param>
    /// <param name="password">The user's password.</param>
    public static string Rule(string user, string ledger, string password) =>
        $"{user} on >{password} resetkeys ~{{{ledger}}}:* resetchannels &{{{ledger}}}:room -@all {Commands}";

    /// <summary>
    /// The same for who looks at a ledger's limits and sets caps: the command <c>safellm budget</c>, and a gateway with the dashboard. Limits are
    /// found by <c>SCAN</c>, which tells the names of all keys on the server, those of other ledgers too.
    /// </summary>
    /// <param name="user">The user's name.</param>
    /// <param name="ledger">The ledger's name.</param>
    /// <param name="password">The user's password.</param>
    public static string OperatorRule(string user, string ledger, string password) => Rule(user, ledger, password) + " +scan";

    private const string Commands =
        "+evalsha +eval +script|load +get +mget +set +setrange +setex +psetex +wait +incr +incrby +decr +del +exists +pexpire +hget +hset +hmget +hgetall +hincrby +hdel +hsetnx +hexists "
        + "+zadd +zrem +zcard +zscore +zrange +zrangebyscore +zpopmin +rpush +lpop +lrange +time +publish +subscribe +unsubscribe +ping +info +hello +auth +client|setname +client|id +echo +cluster|nodes +select +readonly";
}
