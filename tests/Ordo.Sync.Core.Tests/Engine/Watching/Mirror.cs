using System.Collections.Specialized;
using System.ComponentModel;
using Ordo.Sync.Engine.Collections;
using Ordo.Sync.Engine.Watching;

namespace Ordo.Sync.Core.Tests.Engine.Watching;

/// <summary>What a view makes of a live collection's events alone; checks that each describes the list as it stands then.</summary>
internal sealed class Mirror
{
    private readonly LiveCollection<Note> _live;

    public Mirror(LiveCollection<Note> live)
    {
        _live = live;
        Records = [.. live];
        live.CollectionChanged += OnChanged;
        ((INotifyPropertyChanged)live).PropertyChanged += (_, change) => Properties.Add(change.PropertyName!);
    }

    public List<Record<Note>> Records { get; private set; }

    public List<NotifyCollectionChangedAction> Actions { get; } = [];

    public List<string> Properties { get; } = [];

    private void OnChanged(object? sender, NotifyCollectionChangedEventArgs change)
    {
        Actions.Add(change.Action);
        switch (change.Action)
        {
            case NotifyCollectionChangedAction.Add:
                Records.Insert(change.NewStartingIndex, (Record<Note>)change.NewItems![0]!);
                break;
            case NotifyCollectionChangedAction.Remove:
                Assert.Same(Records[change.OldStartingIndex], change.OldItems![0]);
                Records.RemoveAt(change.OldStartingIndex);
                break;
            case NotifyCollectionChangedAction.Replace:
                Assert.Same(Records[change.NewStartingIndex], change.OldItems![0]);
                Records[change.NewStartingIndex] = (Record<Note>)change.NewItems![0]!;
                break;
            default:
                Records = [.. _live];
                break;
        }

        Assert.Equal(Records, _live);
    }
}
