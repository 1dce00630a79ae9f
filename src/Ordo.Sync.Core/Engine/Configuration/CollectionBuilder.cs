using System.Diagnostics.CodeAnalysis;
using System.Linq.Expressions;
using Microsoft.Extensions.DependencyInjection;
using Ordo.Sync.Conflicts;
using Ordo.Sync.Conflicts.Strategies;
using Ordo.Sync.Engine.Queries;
using Ordo.Sync.Engine.Resolvers;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Engine.Configuration;

/// <summary>Declares one collection.</summary>
/// <typeparam name="T">The app's type of its records.</typeparam>
public sealed partial class CollectionBuilder<T>
{
    private readonly List<(MemberPath Path, IndexType Type)> _indexes = [];

    internal ConflictStrategy ChosenStrategy { get; private set; } = ConflictStrategy.LastWriteWins;

    /// <summary>How the app's resolver is made; <see langword="null"/> for none.</summary>
    internal Func<IServiceProvider, IConflictResolver>? Resolver { get; private set; }

    internal int LostValuesMax { get; private set; } = MergeFieldsBehavior.LostValuesDefault;

    internal bool IsEphemeral { get; private set; }

    internal bool? SyncsImmediately { get; private set; }

    internal IReadOnlyList<(MemberPath Path, IndexType Type)> Indexes => _indexes;

    /// <summary>Sets how conflicts are reconciled. The default is <see cref="ConflictStrategy.LastWriteWins"/>.</summary>
    public CollectionBuilder<T> Strategy(ConflictStrategy strategy)
    {
        if (!Enum.IsDefined(strategy))
        {
            throw new ArgumentOutOfRangeException(nameof(strategy), strategy, "There is no such strategy.");
        }

        ChosenStrategy = strategy;
        return this;
    }

    /// <summary>
    /// Lets the app's own resolver reconcile conflicts (<see cref="ConflictStrategy.Custom"/>). It is made once, of the host's
    /// services; register it to give it dependencies of its own kind, or let it be created.
    /// </summary>
    public CollectionBuilder<T> Resolve<
        [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TResolver>()
        where TResolver : class, IConflictResolver
    {
        ChosenStrategy = ConflictStrategy.Custom;
        Resolver = static services =>
            services.GetService<TResolver>() ?? ActivatorUtilities.CreateInstance<TResolver>(services);
        return this;
    }

    /// <summary>
    /// Sets how many values that lost against concurrent edits a record keeps, the newest by timestamp, where fields are merged:
    /// 0 to 4,096, by default 32. Older ones stay in the audit history.
    /// </summary>
    public CollectionBuilder<T> KeepLostValues(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, 4096);
        LostValuesMax = count;
        return this;
    }

    /// <summary>Declares an index over a member, so that queries can use it; filled from existing records when it is new.</summary>
    /// <param name="member">The member: <c>g => g.StudentId</c>, <c>p => p.Address.City</c>.</param>
    public CollectionBuilder<T> Index<TValue>(Expression<Func<T, TValue>> member)
    {
        _indexes.Add((MemberPath.Of(member), IndexTypes.Of(typeof(TValue))));
        return this;
    }

    /// <summary>
    /// Keeps the collection in the ephemeral store (<c>UseFaster</c>; the structured store where there is none): for fast,
    /// temporary state. All devices and the hub must agree on it. An atomic batch cannot span both stores.
    /// </summary>
    public CollectionBuilder<T> InEphemeralStore()
    {
        IsEphemeral = true;
        return this;
    }

    /// <summary>
    /// Sets whether a write asks for a sync at once when online. The default is yes for last write wins, else no: the
    /// background interval serves then.
    /// </summary>
    public CollectionBuilder<T> SyncImmediately(bool isImmediate = true)
    {
        SyncsImmediately = isImmediate;
        return this;
    }
}
