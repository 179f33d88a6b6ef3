import { Component, type ReactNode } from 'react'
import { Button } from './button.tsx'

interface ErrorBoundaryProps {
  /** What failed, as the user knows it: "The memory page". */
  readonly what: string
  readonly children: ReactNode
}

interface ErrorBoundaryState {
  readonly error: Error | null
}

/** One panel's failure stays in that panel, says so, and can be tried again. */
export class ErrorBoundary extends Component<ErrorBoundaryProps, ErrorBoundaryState> {
  override state: ErrorBoundaryState = { error: null }

  static getDerivedStateFromError(error: Error): ErrorBoundaryState {
    return { error }
  }

  override render(): ReactNode {
    const { error } = this.state
    if (error === null) return this.props.children
    return (
      <div className="panel-failed" role="alert">
        <p>
          <b>{this.props.what} could not be drawn.</b> The fault is ours; everything else goes on.
        </p>
        <p className="dim">{error.message}</p>
        <Button look="line" onClick={() => this.setState({ error: null })}>
          Try again
        </Button>
      </div>
    )
  }
}
