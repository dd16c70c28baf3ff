import { render } from 'preact';
import '../shared/theme.css';
import './pictures.css';
import './timeline.css';
import './ring.css';
import './overlays.css';
import './narrow.css';
import { Simulator } from './simulator.tsx';

const root = document.getElementById('root');
if (root !== null) {
  render(<Simulator />, root);
  document.body.dataset['ready'] = '1';
}
