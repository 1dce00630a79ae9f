using Ordo.Sync.Conflicts;
using Ordo.Sync.Engine.Configuration;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Simulation.Tests.Workloads;

/// <summary>The app that simulated devices run: a collection for each strategy, and one with all conflict-free types.</summary>
internal static class Campus
{
    public const string Cards = "cards";

    public static readonly string[] Scopes = ["course/a", "course/b"];

    public static readonly ConflictStrategy[] Strategies = Enum.GetValues<ConflictStrategy>();

    public static string CollectionOf(ConflictStrategy strategy) => strategy.ToString().ToLowerInvariant();

    /// <param name="sync">The builder.</param>
    /// <param name="isNewer">Whether it is the newer version of the app.</param>
    public static void Configure(OrdoSyncBuilder sync, bool isNewer)
    {
        foreach (ConflictStrategy strategy in Strategies)
        {
            if (strategy == ConflictStrategy.Custom)
            {
                sync.Collection<Note>(CollectionOf(strategy), notes => notes.Resolve<HighestScore>());
            }
            else if (isNewer)
            {
                sync.Collection<NewerNote>(CollectionOf(strategy), notes => notes.Strategy(strategy));
            }
            else
            {
                sync.Collection<Note>(CollectionOf(strategy), notes => notes.Strategy(strategy));
            }
        }

        sync.Collection<Card>(Cards, cards => cards
            .Strategy(ConflictStrategy.MergePreservingHistory)
            .Counter(card => card.Count)
            .Flag(card => card.Flag)
            .Register(card => card.Color)
            .Set(card => card.Tags)
            .List(card => card.Items)
            .Text(card => card.Body)
            .Map(card => card.Labels));
        sync.Subscribe(Scopes);
        sync.Configure(options => options.Durability = Durability.Full);
    }
}
