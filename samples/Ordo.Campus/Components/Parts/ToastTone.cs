namespace Ordo.Campus.Components.Parts;

/// <summary>What kind of message it is.</summary>
public enum ToastTone
{
    Plain,
    Good,
    Attention,
    Bad,
}
