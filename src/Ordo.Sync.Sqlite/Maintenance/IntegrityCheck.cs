using System.Globalization;
using Ordo.Sync.Sqlite.Driver;
using Ordo.Sync.Sqlite.Encryption;
using Ordo.Sync.Sqlite.Records;
using Ordo.Sync.Sqlite.Schema;
using Ordo.Sync.Sqlite.State;

namespace Ordo.Sync.Sqlite.Maintenance;

/// <summary>Checks a whole store in one read: SQLite's structures, then what must hold between the tables.</summary>
internal static class IntegrityCheck
{
    private const int ProblemsMax = 100;

    /// <summary>What is wrong, for people; empty where nothing is.</summary>
    public static List<string> Run(Connection connection)
    {
        List<string> problems = connection.QueryTexts(
            string.Create(CultureInfo.InvariantCulture, $"PRAGMA integrity_check({ProblemsMax})"));
        if (problems is not ["ok"])
        {
            return problems;
        }

        problems.Clear();
        StoreState state = StateReader.Read(connection);
        foreach (CollectionTable table in state.Catalog.Tables)
        {
            CheckRecords(connection, table, state.Replicas.Count, problems);
            if (connection.Cipher is not null)
            {
                Require(
                    problems, SealCheck.CountBroken(connection, table), $"records of {table.Name} were changed since they were sealed");
            }
        }

        Require(
            problems,
            connection.QueryInt64(
                "SELECT COUNT(*) FROM ordo_sibling WHERE collection NOT IN (SELECT id FROM ordo_collection)"),
            "siblings belong to no collection");
        CheckJournal(connection, state, problems);
        return problems;
    }

    private static void CheckRecords(Connection connection, CollectionTable table, int replicas, List<string> problems)
    {
        string name = table.Quoted;
        string dotsMax = ((long)replicas << Causality.Dot.CounterBits).ToString(CultureInfo.InvariantCulture);
        Require(
            problems,
            connection.QueryInt64($"SELECT COUNT(*) FROM {name} WHERE _dot >= {dotsMax} OR _dot <= 0 OR _carrier >= {dotsMax} OR _carrier <= 0"),
            $"records of {table.Name} have dots of replicas that the store has not met");
        Require(
            problems,
            connection.QueryInt64($"SELECT COUNT(*) FROM {name} WHERE _scope NOT IN (SELECT id FROM ordo_scope)"),
            $"records of {table.Name} belong to no scope");
        Require(
            problems,
            connection.QueryInt64(
                $"""
                SELECT COUNT(*) FROM {name} WHERE (_author <> 0 AND _author NOT IN (SELECT id FROM ordo_author))
                  OR (_carrier_author <> 0 AND _carrier_author NOT IN (SELECT id FROM ordo_author))
                """),
            $"records of {table.Name} have an author without a name");
        Require(
            problems,
            connection.QueryInt64(
                $"""
                SELECT COUNT(*) FROM {name} WHERE (_carrier IS NOT NULL) <> coalesce(_carried >= {RowLayout.CarrierFirst}, 0)
                  OR _carried > _conflict + 1 + {RowLayout.CarrierFirst}
                """),
            $"records of {table.Name} have carriers in no place");
        string id = table.Id.ToString(CultureInfo.InvariantCulture);
        Require(
            problems,
            connection.QueryInt64(
                $"""
                SELECT COUNT(*) FROM {name} t WHERE t._conflict <> 0 AND t._conflict <>
                  (SELECT COUNT(*) FROM ordo_sibling s WHERE s.scope = t._scope AND s.collection = {id} AND s.key = t._key)
                """),
            $"records of {table.Name} have not the siblings they count");
        Require(
            problems,
            connection.QueryInt64(
                $"""
                SELECT COUNT(*) FROM ordo_sibling s WHERE s.collection = {id} AND NOT EXISTS
                  (SELECT 1 FROM {name} t WHERE t._scope = s.scope AND t._key = s.key AND t._conflict > 0)
                """),
            $"siblings of {table.Name} stand without their record");
    }

    private static void CheckJournal(Connection connection, StoreState state, List<string> problems)
    {
        long entries = connection.QueryInt64($"SELECT COUNT(*) FROM ordo_state WHERE slot < {StateSlot.JournalEnd}");
        if (entries != state.JournalCount)
        {
            problems.Add($"the journal holds {entries} entries and counts {state.JournalCount}");
        }

        Require(
            problems,
            connection.QueryInt64(
                $"""
                SELECT COUNT(*) FROM ordo_scope s WHERE
                  coalesce((SELECT c FROM ordo_state t WHERE t.scope = s.id AND t.slot = {StateSlot.Header}), 0) <>
                  (SELECT COUNT(*) FROM ordo_state j WHERE j.scope = s.id AND j.slot < {StateSlot.JournalEnd})
                """),
            "scopes count their journal entries wrongly");
        long last = connection.QueryInt64(
            $"SELECT coalesce(MAX(slot), 0) FROM ordo_state WHERE slot < {StateSlot.JournalEnd}");
        if (last > state.JournalSequence)
        {
            problems.Add("the journal has numbered entries beyond its sequence");
        }
    }

    private static void Require(List<string> problems, long count, string what)
    {
        if (count != 0)
        {
            problems.Add(string.Create(CultureInfo.InvariantCulture, $"{count} {what}"));
        }
    }
}
